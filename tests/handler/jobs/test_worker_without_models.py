"""Models that cannot be had from S3: one clear line in the log, and another try."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.stub import Stubber

from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.jobs.engine import load_engine
from handler.jobs.messages import MessageHandler
from handler.jobs.queue import Message
from model_layer.effects import Neon
from model_layer.store import publish
from model_layer.store.bucket import Bucket, make_client
from model_layer.store.s3 import S3Source
from model_layer.store.store import ModelStore
from playground import Person
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.model_layer.new_weights import write_neon

URL = "s3://weights/models"


class Forbidden:
    """The body of S3's answer to who may not read a file."""

    def stream(self) -> list[bytes]:
        return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]


@pytest.fixture
def store(tmp_path: Path, aws: Aws) -> ModelStore:
    """A store in a bucket, which has read the manifest."""
    aws.bucket()
    folder = tmp_path / "own weights"
    folder.mkdir()
    write_neon(folder, seed=1)
    bucket = Bucket(URL)
    publish.send(publish.compare(folder, bucket), bucket)
    store = ModelStore(S3Source(URL, tmp_path / "cache", make_client()))
    assert store.model(Neon()).sha256
    return store


def forbid(store: ModelStore) -> None:
    def refuse(request: object, **_: object) -> AWSResponse:
        return AWSResponse(URL, 403, HTTPHeaders(), Forbidden())

    bucket = store.source._bucket  # type: ignore[attr-defined]
    bucket._client.meta.events.register("before-send.s3", refuse)


def remove_the_file(store: ModelStore) -> None:
    make_client().delete_object(Bucket="weights", Key=f"models/{store.model(Neon()).file}")


def damage_the_file(store: ModelStore) -> None:
    key = f"models/{store.model(Neon()).file}"
    make_client().put_object(Bucket="weights", Key=key, Body=b"something else")


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (forbid, "access denied (or no such file, if listing the bucket is not allowed)"),
        (remove_the_file, "no such file"),
        (damage_the_file, "wrong SHA-256: the file is damaged or not the published one"),
    ],
)
async def test_what_is_wrong_with_a_model_is_one_line(
    *,
    make_worker: MakeWorker,
    store: ModelStore,
    request_of: RequestOf,
    person: Person,
    caplog: pytest.LogCaptureFixture,
    break_it: Callable[[ModelStore], None],
    reason: str,
) -> None:
    worker = make_worker(partial(load_engine, store, "cpu"))
    break_it(store)
    digest = store.model(Neon()).sha256
    job = await request_of(person, encoded(gradient()), id="4711", model_digest=digest)
    url = "https://example.org/1/jobs.fifo"
    message = Message("id", job.model_dump_json(), "receipt", deliveries=1)
    sqs = client("sqs")
    with Stubber(sqs) as answers, caplog.at_level(logging.WARNING):
        attributes = {"RedrivePolicy": '{"maxReceiveCount": 3}'}
        answers.add_response("get_queue_attributes", {"Attributes": attributes})
        answers.add_response("change_message_visibility", {})
        assert not await MessageHandler(worker, SqsJobQueue(url, sqs)).handle(message)
    (record,) = [r for r in caplog.records if r.name.startswith("handler.")]
    assert record.getMessage() == (
        "job 4711: delivery 1 failed, the next is in 30 s: "
        f"model neon: {URL}/{store.model(Neon()).file}: {reason}"
    )
    assert not record.exc_info
