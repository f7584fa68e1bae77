"""Processes that are killed over a job: its chat need not wait long, and nobody is left waiting."""

import asyncio
import logging
from typing import Any

import pytest

from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.aws.sqs_messages import HOLD_MARGIN_SECONDS, Message, MessageHandler
from handler.jobs.attempts import NOTE_SECONDS
from handler.jobs.job import Job
from handler.jobs.memory import MemoryResultCache
from handler.jobs.results import Result
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import Person
from playground.engine import FakeEngine
from tests.aws import Aws, Queue
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import bot_messages, claimed, is_free, only_text

TEXTS = Texts("en")


@pytest.fixture
def queue(aws: Aws) -> Queue:
    return aws.fifo_queue(max_receives=3)


@pytest.fixture
async def job(
    request_of: RequestOf, person: Person, queue: Queue, results: MemoryResultCache
) -> Job:
    """A claimed job in the queue."""
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await SqsJobQueue(queue.url).put(job)
    return job


def visibilities() -> list[int]:
    """Note from now on for how long messages are hidden."""
    seconds: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        seconds.append(params["VisibilityTimeout"])

    client("sqs").meta.events.register("provide-client-params.sqs.ChangeMessageVisibility", note)
    return seconds


async def delivered(queue: Queue) -> Message:
    answer = await asyncio.to_thread(
        client("sqs").receive_message,
        QueueUrl=queue.url,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
    )
    (message,) = answer["Messages"]
    return Message.from_poll(message)


async def killed_over(queue: Queue, job: Job, results: MemoryResultCache) -> None:
    """Receive the message, begin its job, and die; the time until it comes again passes."""
    message = await delivered(queue)
    await results.claim(f"attempt:{job.id}", NOTE_SECONDS)
    client("sqs").change_message_visibility(
        QueueUrl=queue.url, ReceiptHandle=message.receipt, VisibilityTimeout=0
    )


@pytest.mark.usefixtures("job")
async def test_a_message_is_hidden_a_little_longer_than_the_process_may_live(
    worker: Worker, queue: Queue, engine: FakeEngine
) -> None:
    hidden = visibilities()
    engine.failure = RuntimeError("broken")
    handler = MessageHandler(worker, queue.url)
    assert not await handler.handle(await delivered(queue), seconds=100)
    assert hidden == [100 + HOLD_MARGIN_SECONDS, 30]  # and then until the next try


@pytest.mark.usefixtures("job")
async def test_a_host_without_a_limit_hides_its_messages_itself(
    worker: Worker, queue: Queue
) -> None:
    hidden = visibilities()
    assert await MessageHandler(worker, queue.url).handle(await delivered(queue))
    assert hidden == []


async def test_after_one_kill_the_job_is_tried_again(
    worker: Worker, queue: Queue, job: Job, person: Person, results: MemoryResultCache
) -> None:
    await killed_over(queue, job, results)
    assert await MessageHandler(worker, queue.url).handle(await delivered(queue), seconds=60)
    assert "photo" in bot_messages(person)[-1]


async def test_the_last_delivery_apologises_instead_of_being_killed_too(
    *,
    worker: Worker,
    queue: Queue,
    job: Job,
    person: Person,
    results: MemoryResultCache,
    engine: FakeEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await killed_over(queue, job, results)
    await killed_over(queue, job, results)
    with caplog.at_level(logging.ERROR):
        handler = MessageHandler(worker, queue.url)
        assert not await handler.handle(await delivered(queue), seconds=60)
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await is_free(job, results)
    assert any("killed" in message for message in caplog.messages)
    sqs = client("sqs")
    assert "Messages" not in sqs.receive_message(QueueUrl=queue.url)
    assert len(sqs.receive_message(QueueUrl=queue.dead_letters_url)["Messages"]) == 1


async def test_one_kill_among_orderly_ends_counts(
    *,
    worker: Worker,
    queue: Queue,
    job: Job,
    person: Person,
    results: MemoryResultCache,
    engine: FakeEngine,
) -> None:
    handler = MessageHandler(worker, queue.url)
    await killed_over(queue, job, results)
    assert not await handler.handle(await delivered(queue), seconds=5)  # no time: handed back
    assert not await handler.handle(await delivered(queue), seconds=60)
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")


@pytest.mark.usefixtures("job")
async def test_the_last_delivery_after_orderly_ends_is_used(
    worker: Worker, queue: Queue, person: Person
) -> None:
    handler = MessageHandler(worker, queue.url)
    for _ in range(2):
        assert not await handler.handle(await delivered(queue), seconds=5)
    assert await handler.handle(await delivered(queue), seconds=60)
    assert "photo" in bot_messages(person)[-1]


async def test_who_has_the_result_already_is_not_apologised_to(
    worker: Worker, queue: Queue, job: Job, person: Person, results: MemoryResultCache
) -> None:
    for _ in range(2):
        await killed_over(queue, job, results)
    await results.put(f"delivered:{job.id}", Result(kind="photo", file_id="AgAC"))
    before = bot_messages(person)
    assert await MessageHandler(worker, queue.url).handle(await delivered(queue), seconds=60)
    assert bot_messages(person) == before  # the result, by then: nothing was said
