"""The last word about a job reaches the person, or nobody is bothered."""

import logging
from collections.abc import Callable

import pytest
from aiogram import Bot

from handler.jobs.job import Job
from handler.telegram.status import StatusMessage
from playground import ApiError, Person, Playground
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient


@pytest.fixture
async def job(request_of: RequestOf, person: Person) -> Job:
    return await request_of(person, encoded(gradient()))


def bot_texts(person: Person) -> list[str]:
    return [m["text"] for m in person.messages if m["from"]["is_bot"]]


async def test_it_says_what_it_is_told(bot: Bot, person: Person, job: Job) -> None:
    await StatusMessage(bot, job).say("Sorry")
    await StatusMessage(bot, job).say("Sorry")
    assert bot_texts(person) == ["Sorry"]


async def test_a_deleted_message_is_replaced_by_a_reply(bot: Bot, person: Person, job: Job) -> None:
    await person.delete(person.messages[-1])
    await StatusMessage(bot, job).say("Sorry")
    assert bot_texts(person) == ["Sorry"]
    assert person.messages[-1]["reply_to_message"]["message_id"] == job.photo_message_id


async def test_with_picture_and_message_deleted_it_still_says_it(
    bot: Bot, person: Person, job: Job
) -> None:
    for message in person.messages:
        await person.delete(message)
    await StatusMessage(bot, job).say("Sorry")
    assert bot_texts(person) == ["Sorry"]


async def test_a_job_without_a_message_gets_one(bot: Bot, person: Person, job: Job) -> None:
    await StatusMessage(bot, job.model_copy(update={"status_message_id": None})).say("Sorry")
    assert bot_texts(person) == ["Hold on", "Sorry"]


async def test_deleting_twice_is_fine(bot: Bot, person: Person, job: Job) -> None:
    await StatusMessage(bot, job).delete("Done")
    await StatusMessage(bot, job).delete("Done")
    assert bot_texts(person) == []


async def test_a_message_that_telegram_keeps_says_a_last_word(
    bot: Bot, telegram: Playground, person: Person, job: Job
) -> None:
    kept = ApiError(400, "Bad Request: message can't be deleted for everyone")
    for failure, times in ((kept, 1), (ApiError(502, "Bad Gateway"), 2)):
        telegram.fail_next("deleteMessage", failure, times)
        await StatusMessage(bot, job).delete(f"Done with {failure.error_code}")
        assert bot_texts(person) == [f"Done with {failure.error_code}"]


async def test_a_person_who_blocked_the_bot_is_left_alone(
    bot: Bot, person: Person, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    person.block()
    with caplog.at_level(logging.INFO):
        await StatusMessage(bot, job).say("Sorry")
        await StatusMessage(bot, job).delete("Done")
    assert {record.levelname for record in caplog.records if "job" in record.message} <= {"INFO"}


@pytest.mark.parametrize("act", [lambda s: s.say("Sorry"), lambda s: s.delete("Done")])
async def test_an_unreachable_telegram_is_only_logged(
    bot: Bot,
    telegram: Playground,
    job: Job,
    caplog: pytest.LogCaptureFixture,
    act: Callable[[StatusMessage], object],
) -> None:
    for method in ("editMessageText", "deleteMessage"):
        telegram.fail_next(method, ApiError(500, "Internal Server Error"), times=2)
    result = act(StatusMessage(bot, job))
    await result  # type: ignore[misc]
    assert "no word to the person" in caplog.text
