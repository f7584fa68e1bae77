"""Messages with jobs: done, handed back, apologised for at the last, or unreadable."""

import asyncio
import json
import logging
from collections.abc import Callable

import pytest

from handler.aws import sqs_messages
from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.aws.sqs_messages import Message, MessageHandler
from handler.jobs.job import Job
from handler.jobs.memory import MemoryResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import Person
from playground.engine import FakeEngine
from tests.aws import Aws, Queue
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import (
    bot_messages,
    claimed,
    is_free,
    only_text,
    wait,
)
from tests.handler.running_bot import TOKEN

TEXTS = Texts("en")
MakeJob = Callable[..., Job]


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.fixture
def queue(aws: Aws) -> Queue:
    return aws.fifo_queue(max_receives=3)


@pytest.fixture
def handler(worker: Worker, queue: Queue) -> MessageHandler:
    return MessageHandler(worker, queue.url)


@pytest.fixture
def _no_pause_between_deliveries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqs_messages, "FIRST_PAUSE", 0.0)


def received(url: str) -> Message | None:
    answer = client("sqs").receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )
    messages = answer.get("Messages", [])
    return Message.from_poll(messages[0]) if messages else None


async def delivered(url: str) -> Message:
    message = await asyncio.to_thread(received, url)
    assert message is not None
    return message


async def dead_letter(queue: Queue) -> str:
    """Look for the next message in vain, and return the body of the one found dead."""
    assert await asyncio.to_thread(received, queue.url) is None
    return (await delivered(queue.dead_letters_url)).body


def test_a_record_of_an_event_is_a_message() -> None:
    record = {
        "messageId": "id",
        "receiptHandle": "receipt",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "7"},
        "eventSource": "aws:sqs",
    }
    assert Message.from_record(record) == Message("id", "{}", "receipt", 2)


async def test_a_job_done_may_be_deleted(
    handler: MessageHandler, queue: Queue, request_of: RequestOf, person: Person
) -> None:
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    assert await handler.handle(await delivered(queue.url), seconds=60)
    (answer,) = bot_messages(person)
    assert "photo" in answer


@pytest.mark.usefixtures("_no_pause_between_deliveries")
async def test_after_the_last_delivery_there_is_one_apology_and_a_dead_letter(
    *,
    handler: MessageHandler,
    queue: Queue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: MemoryResultCache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.failure = RuntimeError("broken weights")
    job = await claimed(await request_of(person, encoded(gradient()), id="4711"), results)
    await SqsJobQueue(queue.url).put(job)
    for number in (1, 2, 3):
        assert "error" not in only_text(person)
        message = await delivered(queue.url)
        assert message.deliveries == number
        assert not await handler.handle(message)
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await is_free(job, results)
    assert Job.model_validate_json(await dead_letter(queue)) == job
    assert "job 4711: delivery 1 failed" in caplog.text
    assert "job 4711 failed" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.usefixtures("_no_pause_between_deliveries")
async def test_a_failure_that_passes_is_not_noticed(
    handler: MessageHandler,
    queue: Queue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.failure = RuntimeError("out of memory")
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    assert not await handler.handle(await delivered(queue.url))
    engine.failure = None
    assert await handler.handle(await delivered(queue.url))
    (answer,) = bot_messages(person)
    assert "photo" in answer


async def test_a_job_without_enough_time_is_handed_back_at_once(
    handler: MessageHandler,
    queue: Queue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    assert not await handler.handle(await delivered(queue.url), seconds=5)
    assert not await handler.handle(await delivered(queue.url), seconds=5)
    assert only_text(person) == "Hold on"
    assert not await handler.handle(await delivered(queue.url), seconds=5)
    assert only_text(person) == TEXTS.get("en", "error-took-too-long")
    assert engine.applied == []


async def test_what_holds_no_job_becomes_a_dead_letter_without_its_contents_in_the_log(
    handler: MessageHandler, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"id": "1", "chat_id": "private words"})
    client("sqs").send_message(
        QueueUrl=queue.url, MessageBody=body, MessageGroupId="7", MessageDeduplicationId="1"
    )
    for _ in range(3):
        assert not await handler.handle(await delivered(queue.url))
    assert await dead_letter(queue) == body
    assert "holds no job" in caplog.text
    assert "chat_id" in caplog.text
    assert "private words" not in caplog.text


async def test_a_cancelled_job_is_handed_back_silently(
    handler: MessageHandler,
    queue: Queue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    await cancel_in_the_middle(handler, await delivered(queue.url), engine)
    assert (await delivered(queue.url)).deliveries == 2
    assert len(bot_messages(person)) == 1


async def test_a_job_cancelled_in_its_last_delivery_is_apologised_for(
    *,
    worker: Worker,
    aws: Aws,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: MemoryResultCache,
) -> None:
    queue = aws.fifo_queue(max_receives=1)
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await SqsJobQueue(queue.url).put(job)
    handler = MessageHandler(worker, queue.url)
    await cancel_in_the_middle(handler, await delivered(queue.url), engine)
    assert only_text(person) == TEXTS.get("en", "error-restarting")
    assert await is_free(job, results)
    assert Job.model_validate_json(await dead_letter(queue)) == job


async def cancel_in_the_middle(
    handler: MessageHandler, message: Message, engine: FakeEngine
) -> None:
    engine.gate.clear()
    working = asyncio.create_task(handler.handle(message))
    await wait(engine.begun)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
