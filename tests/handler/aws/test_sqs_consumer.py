"""The consumer on a host of its own: works, holds what it works on, and stops without losses."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from handler.aws import sqs_consumer
from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.aws.sqs_consumer import Consumer
from handler.jobs.worker import Worker
from playground import Person, Playground
from playground.engine import FakeEngine
from tests.aws import Aws, Queue
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient, noise
from tests.handler.jobs.workbench import bot_messages, wait


@pytest.fixture
def queue(aws: Aws) -> Queue:
    return aws.fifo_queue()


@asynccontextmanager
async def running(consumer: Consumer, grace: float = 5) -> AsyncIterator[None]:
    """Run a consumer in the background, and stop it politely."""
    stopped = asyncio.Event()
    task = asyncio.create_task(consumer.run(stopped, grace))
    try:
        yield
    finally:
        stopped.set()
        await asyncio.wait_for(task, 20)


def messages(queue: Queue) -> tuple[int, int]:
    """Count the messages that wait, and those in somebody's hands."""
    answer = client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])
    found = answer["Attributes"]
    waiting, held = (
        found["ApproximateNumberOfMessages"],
        found["ApproximateNumberOfMessagesNotVisible"],
    )
    return int(waiting), int(held)


async def result_of(person: Person) -> dict[str, Any]:
    return await person.wait_for(lambda message: "photo" in message, timeout=10)


async def test_jobs_are_done_and_deleted(
    worker: Worker, queue: Queue, request_of: RequestOf, telegram: Playground
) -> None:
    people = [telegram.person(name) for name in ("Alice", "Bob")]
    async with running(Consumer(worker, queue.url, poll_seconds=1)):
        for number, person in enumerate(people):
            picture = encoded(noise((60 + number, 50)))
            await SqsJobQueue(queue.url).put(await request_of(person, picture, id=str(number)))
        for person in people:
            await result_of(person)
    assert messages(queue) == (0, 0)


async def test_places_are_worked_on_beside_each_other(
    worker: Worker,
    queue: Queue,
    request_of: RequestOf,
    telegram: Playground,
    engine: FakeEngine,
) -> None:
    def chats_in_work() -> set[int]:
        actions = [call for call in telegram.calls if call.method == "sendChatAction"]
        return {int(call.params["chat_id"]) for call in actions}

    engine.gate.clear()
    people = [telegram.person(name) for name in ("Alice", "Bob")]
    for number, person in enumerate(people):
        picture = encoded(noise((60 + number, 50)))
        await SqsJobQueue(queue.url).put(await request_of(person, picture, id=str(number)))
    async with running(Consumer(worker, queue.url, places=2, poll_seconds=1)):
        await telegram.wait_for_call(lambda _: chats_in_work() == {p.id for p in people}, 5)
        engine.gate.set()
    assert messages(queue) == (0, 0)


async def test_a_running_job_is_finished_within_the_grace(
    worker: Worker, queue: Queue, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    engine.gate.clear()
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue.url, poll_seconds=1), grace=10):
        await wait(engine.begun)
        asyncio.get_running_loop().call_soon(engine.gate.set)
    assert "photo" in bot_messages(person)[-1]
    assert messages(queue) == (0, 0)


async def test_beyond_the_grace_a_job_is_handed_back_for_another_host(
    worker: Worker, queue: Queue, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    engine.gate.clear()
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue.url, poll_seconds=1), grace=0.01):
        await wait(engine.begun)
        assert messages(queue) == (0, 1)
    assert messages(queue) == (1, 0)
    await wait(engine.ended)
    engine.gate.set()
    async with running(Consumer(worker, queue.url, poll_seconds=1)):
        await result_of(person)
    assert messages(queue) == (0, 0)


async def test_a_job_that_comes_while_stopping_is_left_alone(
    worker: Worker, queue: Queue, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    job = await request_of(person, encoded(gradient()))
    sqs = client("sqs")
    polling = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note(**_: object) -> None:
        loop.call_soon_threadsafe(polling.set)

    sqs.meta.events.register("provide-client-params.sqs.ReceiveMessage", note)
    stopped = asyncio.Event()
    consumer = Consumer(worker, queue.url, poll_seconds=5, client=sqs)
    task = asyncio.create_task(consumer.run(stopped, grace=0))
    await asyncio.wait_for(polling.wait(), 5)
    stopped.set()
    await SqsJobQueue(queue.url).put(job)
    await asyncio.wait_for(task, 20)
    assert engine.applied == []
    assert messages(queue) == (1, 0)


async def test_a_message_is_held_for_as_long_as_its_job_takes(
    worker: Worker, queue: Queue, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    engine.gate.clear()
    holds: list[object] = []
    held_long = threading.Event()
    sqs = client("sqs")

    def note(parsed: object, **_: object) -> None:
        holds.append(parsed)
        if len(holds) == 4:  # every third of 2 s: it would be visible again by now
            held_long.set()

    sqs.meta.events.register("after-call.sqs.ChangeMessageVisibility", note)
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue.url, client=sqs, poll_seconds=1, hold_seconds=2)):
        await wait(held_long)
        assert messages(queue) == (0, 1)
        engine.gate.set()
        await result_of(person)
    assert messages(queue) == (0, 0)


async def test_after_a_failed_poll_it_goes_on(
    *,
    worker: Worker,
    queue: Queue,
    request_of: RequestOf,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sqs_consumer, "RECOVERY_SECONDS", 0.01)
    sqs = client("sqs")
    polls = 0

    def fail_once(**_: object) -> None:
        nonlocal polls
        polls += 1
        if polls == 1:
            raise EndpointConnectionError(endpoint_url="https://sqs")

    sqs.meta.events.register("provide-client-params.sqs.ReceiveMessage", fail_once)
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue.url, client=sqs, poll_seconds=1)):
        await result_of(person)
    assert "the queue cannot be polled: Could not connect" in caplog.text


async def test_a_missing_queue_is_told_at_the_start(worker: Worker, queue: Queue) -> None:
    consumer = Consumer(worker, queue.url.replace("jobs", "other"))
    with pytest.raises(ClientError, match="does not exist"):
        await consumer.run(asyncio.Event(), grace=0)


async def test_cancelling_the_consumer_hands_back_too(
    worker: Worker, queue: Queue, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    engine.gate.clear()
    await SqsJobQueue(queue.url).put(await request_of(person, encoded(gradient())))
    consumer = Consumer(worker, queue.url, poll_seconds=1)
    task = asyncio.create_task(consumer.run(asyncio.Event(), grace=60))
    await wait(engine.begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert messages(queue) == (1, 0)
