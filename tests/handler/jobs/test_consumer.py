"""The consumer: works, hides what it works on, and stops without losses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handler.aws.sqs import SqsJobQueue
from handler.jobs import consumer as consumer_module
from handler.jobs.consumer import Consumer
from handler.jobs.queue import Message
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.worker import Worker
from playground import Person, Playground
from playground.engine import FakeEngine
from tests.aws import Aws
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient, noise
from tests.handler.jobs.workbench import bot_messages, wait


@pytest.fixture
def queue(database: Database) -> SqliteJobQueue:
    return SqliteJobQueue(database, capacity=10, workers=2)


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


async def result_of(person: Person) -> dict[str, Any]:
    return await person.wait_for(lambda message: "photo" in message, timeout=10)


async def test_jobs_are_done_and_deleted(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    telegram: Playground,
) -> None:
    people = [telegram.person(name) for name in ("Alice", "Bob")]
    async with running(Consumer(worker, queue)):
        for number, person in enumerate(people):
            picture = encoded(noise((60 + number, 50)))
            await queue.put(await request_of(person, picture, id=str(number)))
        for person in people:
            await result_of(person)
    assert await queue.counts() == (0, 0)


async def test_places_are_worked_on_beside_each_other(
    worker: Worker,
    queue: SqliteJobQueue,
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
        await queue.put(await request_of(person, picture, id=str(number)))
    async with running(Consumer(worker, queue, concurrency=2)):
        await telegram.wait_for_call(lambda _: chats_in_work() == {p.id for p in people}, 5)
        engine.gate.set()
    assert await queue.counts() == (0, 0)


async def test_a_running_job_is_finished_within_the_grace(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.gate.clear()
    await queue.put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue), grace=10):
        await wait(engine.begun)
        asyncio.get_running_loop().call_soon(engine.gate.set)
    assert "photo" in bot_messages(person)[-1]
    assert await queue.counts() == (0, 0)


async def test_beyond_the_grace_a_job_is_handed_back_for_another_host(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.gate.clear()
    await queue.put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue), grace=0.01):
        await wait(engine.begun)
        assert await queue.counts() == (0, 1)
    assert await queue.counts() == (1, 0)
    await wait(engine.ended)
    engine.gate.set()
    async with running(Consumer(worker, queue)):
        await result_of(person)
    assert await queue.counts() == (0, 0)


async def test_an_idle_consumer_stops_at_once_and_leaves_what_comes_alone(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    job = await request_of(person, encoded(gradient()))
    stopped = asyncio.Event()
    task = asyncio.create_task(Consumer(worker, queue).run(stopped, grace=0))
    await asyncio.sleep(0.05)
    stopped.set()
    await queue.put(job)
    await asyncio.wait_for(task, 1)
    assert engine.applied == []
    assert await queue.counts() == (1, 0)


async def test_a_job_is_hidden_for_as_long_as_it_takes(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.gate.clear()
    await queue.put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue, visibility_seconds=0.3)):
        await wait(engine.begun)
        await asyncio.sleep(0.5)  # it would be visible again by now
        assert await queue.receive(0, 60) is None
        engine.gate.set()
        await result_of(person)
    assert await queue.counts() == (0, 0)


class SlowToDelete(SqliteJobQueue):
    """A queue that takes long to delete a job, and minds when that is hidden meanwhile."""

    async def acknowledge(self, message: Message) -> None:
        await super().acknowledge(message)
        await asyncio.sleep(0.5)


async def test_what_is_deleted_is_not_hidden_any_longer(
    *,
    worker: Worker,
    database: Database,
    request_of: RequestOf,
    person: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = SlowToDelete(database, capacity=10, workers=1)
    await queue.put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue, visibility_seconds=0.6)):
        await result_of(person)
    assert "in other hands" not in caplog.text


class Unsteady(SqliteJobQueue):
    """A queue that cannot be asked the first time."""

    polls = 0

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        self.polls += 1
        if self.polls == 1:
            raise OSError("disk I/O error")
        return await super().receive(seconds, visibility)


async def test_after_a_failed_poll_it_goes_on(
    *,
    worker: Worker,
    database: Database,
    request_of: RequestOf,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(consumer_module, "RECOVERY_SECONDS", 0.01)
    queue = Unsteady(database, capacity=10, workers=1)
    await queue.put(await request_of(person, encoded(gradient())))
    async with running(Consumer(worker, queue)):
        await result_of(person)
    assert "the queue cannot be polled: disk I/O error" in caplog.text


async def test_a_missing_queue_is_told_at_the_start(worker: Worker, aws: Aws) -> None:
    url = aws.fifo_queue().url.replace("jobs", "other")
    with pytest.raises(ClientError, match="does not exist"):
        await Consumer(worker, SqsJobQueue(url)).run(asyncio.Event(), grace=0)


async def test_cancelling_the_consumer_hands_back_too(
    worker: Worker,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.gate.clear()
    await queue.put(await request_of(person, encoded(gradient())))
    consumer = Consumer(worker, queue)
    task = asyncio.create_task(consumer.run(asyncio.Event(), grace=60))
    await wait(engine.begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await queue.counts() == (1, 0)


class Counted(SqliteJobQueue):
    """A queue that counts who waits for a job."""

    polls = 0
    most_polls = 0

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        self.polls += 1
        self.most_polls = max(self.most_polls, self.polls)
        try:
            return await super().receive(seconds, visibility)
        finally:
            self.polls -= 1


async def test_the_queue_is_polled_once_at_a_time_however_many_jobs_are_done_at_once(
    worker: Worker, database: Database, request_of: RequestOf, telegram: Playground
) -> None:
    queue = Counted(database, capacity=10, workers=4)
    people = [telegram.person(name) for name in ("Alice", "Bob", "Carol")]
    async with running(Consumer(worker, queue, concurrency=4)):
        for number, person in enumerate(people):
            picture = encoded(noise((60 + number, 50)))
            await queue.put(await request_of(person, picture, id=str(number)))
        for person in people:
            await result_of(person)
    assert queue.most_polls == 1
