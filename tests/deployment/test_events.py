"""The sample events are what AWS and Telegram send."""

import hashlib
import json
from typing import Any

import pytest
from aiogram.types import Update

from handler.aws.sqs import message_in
from handler.endpoints import WEBHOOK_PATH
from handler.jobs.job import Job
from handler.processes.http_events import is_http, request_in
from handler.webhook import SECRET_HEADER
from playground.aws.stand_ins import SECRET
from tests.deployment.cloudformation import ROOT

NAMES = sorted(path.stem for path in (ROOT / "events").glob("*.json"))
HTTP = [name for name in NAMES if name != "job"]


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text("utf-8"))
    return event


def update(name: str) -> Update:
    return Update.model_validate_json(request_in(sample(name)).body)


def test_there_is_one_of_each() -> None:
    assert NAMES == ["button", "job", "photo", "rubbish", "start", "wrong-secret"]


@pytest.mark.parametrize("name", HTTP)
def test_requests_are_those_of_telegram(name: str) -> None:
    event = sample(name)
    assert is_http(event)
    request = request_in(event)
    assert (request.method, request.path) == ("POST", WEBHOOK_PATH)
    assert int(event["headers"]["content-length"]) == len(request.body)
    assert (request.headers[SECRET_HEADER.lower()] == SECRET) == (name != "wrong-secret")


def test_a_start_command() -> None:
    message = update("start").message
    assert message is not None
    assert message.text == "/start"


def test_a_photo_in_sizes_from_small_to_large() -> None:
    message = update("photo").message
    assert message is not None
    assert message.photo is not None
    widths = [size.width for size in message.photo]
    assert widths == sorted(widths)
    assert len(widths) == 3


def test_a_button_under_an_answer_to_the_photo() -> None:
    query, photo = update("button").callback_query, update("photo").message
    assert query is not None
    assert photo is not None
    assert query.data == "neon:neon"
    original = getattr(query.message, "reply_to_message", None)
    assert original is not None
    assert original.photo == photo.photo


def test_a_job_for_that_photo() -> None:
    (record,) = sample("job")["Records"]
    job = Job.model_validate_json(message_in(record).body)
    photo = update("photo").message
    assert photo is not None
    assert photo.photo is not None
    assert job.file_id == photo.photo[-1].file_id
    assert job.id == str(update("button").update_id)
    assert record["attributes"]["MessageGroupId"] == str(job.chat_id)
    body: str = record["body"]
    assert record["md5OfBody"] == hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def test_rubbish_is_no_update() -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(request_in(sample("rubbish")).body)


def test_updates_have_different_numbers() -> None:
    numbers: list[Any] = [
        json.loads(request_in(sample(name)).body)["update_id"] for name in HTTP if name != "rubbish"
    ]
    assert len(set(numbers)) == len(numbers)
