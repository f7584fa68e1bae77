"""Processes that are killed over a job: its chat need not wait long, and nobody is left waiting."""

import asyncio
import logging
import os

import pytest

from handler.jobs.attempts import NOTE_SECONDS
from handler.jobs.job import Job
from handler.jobs.messages import VISIBILITY_MARGIN_SECONDS, MessageHandler
from handler.jobs.queue import Message
from handler.jobs.results import Result
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.deliveries import MAX_KILLS
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import Person
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import bot_messages, claimed, is_free, only_text, wait

TEXTS = Texts("en")


class Watched(SqliteJobQueue):
    """A queue that notes for how long jobs are hidden, and counts all deliveries, as SQS does."""

    counts_all = True
    hidden: list[float]

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        message = await super().receive(seconds, visibility)
        if message:
            await self.begin(message)
        return message

    async def extend_visibility(self, message: Message, seconds: float) -> None:
        self.hidden.append(seconds)
        await super().extend_visibility(message, seconds)


@pytest.fixture
def queue(database: Database) -> Watched:
    queue = Watched(database, capacity=10, workers=1)
    queue.hidden = []
    return queue


@pytest.fixture
def handler(worker: Worker, queue: Watched) -> MessageHandler:
    return MessageHandler(worker, queue, first_pause=0.0)


@pytest.fixture
async def job(
    request_of: RequestOf, person: Person, queue: Watched, results: SqliteResultCache
) -> Job:
    """A claimed job in the queue."""
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await queue.put(job)
    return job


async def delivered(queue: SqliteJobQueue) -> Message:
    message = await queue.receive(0, 60)
    assert message is not None
    return message


async def killed_over(queue: SqliteJobQueue, job: Job, results: SqliteResultCache) -> None:
    """Receive the job, begin it, and die; the time until it comes again passes."""
    message = await delivered(queue)
    await results.claim(f"attempt:{job.id}", NOTE_SECONDS)
    await queue.release(message)


@pytest.mark.usefixtures("job")
async def test_a_message_is_hidden_a_little_longer_than_the_process_may_live(
    handler: MessageHandler, queue: Watched, engine: FakeEngine
) -> None:
    engine.failure = RuntimeError("broken")
    assert not await handler.handle(await delivered(queue), seconds=100)
    assert queue.hidden == [100 + VISIBILITY_MARGIN_SECONDS]


@pytest.mark.usefixtures("job")
async def test_a_host_without_a_limit_hides_its_messages_itself(
    handler: MessageHandler, queue: Watched
) -> None:
    assert await handler.handle(await delivered(queue))
    assert queue.hidden == []


async def test_after_one_kill_the_job_is_tried_again(
    handler: MessageHandler, queue: Watched, job: Job, person: Person, results: SqliteResultCache
) -> None:
    await killed_over(queue, job, results)
    assert await handler.handle(await delivered(queue), seconds=60)
    assert "photo" in bot_messages(person)[-1]


async def test_the_last_delivery_apologises_instead_of_being_killed_too(
    *,
    handler: MessageHandler,
    queue: Watched,
    job: Job,
    person: Person,
    results: SqliteResultCache,
    engine: FakeEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await killed_over(queue, job, results)
    await killed_over(queue, job, results)
    with caplog.at_level(logging.ERROR):
        assert not await handler.handle(await delivered(queue), seconds=60)
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await is_free(job, results)
    assert any("killed" in message for message in caplog.messages)
    assert await queue.receive(0, 60) is None


async def test_who_was_killed_beside_others_has_the_last_delivery_alone(
    handler: MessageHandler, queue: Watched, job: Job, person: Person, results: SqliteResultCache
) -> None:
    for _ in range(2):
        await killed_over(queue, job, results)
    assert await handler.handle(await delivered(queue))  # a host of several jobs at once
    assert "photo" in bot_messages(person)[-1]


async def test_who_was_killed_alone_too_is_apologised_to(
    *,
    handler: MessageHandler,
    queue: Watched,
    job: Job,
    person: Person,
    results: SqliteResultCache,
    engine: FakeEngine,
) -> None:
    for _ in range(2):
        await killed_over(queue, job, results)
    await results.claim(f"alone:{job.id}", NOTE_SECONDS)
    assert not await handler.handle(await delivered(queue))
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")


async def test_one_kill_among_orderly_ends_counts(
    *,
    handler: MessageHandler,
    queue: Watched,
    job: Job,
    person: Person,
    results: SqliteResultCache,
    engine: FakeEngine,
) -> None:
    await killed_over(queue, job, results)
    assert not await handler.handle(await delivered(queue), seconds=5)  # no time: handed back
    assert not await handler.handle(await delivered(queue), seconds=60)
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")


@pytest.mark.usefixtures("job")
async def test_the_last_delivery_after_orderly_ends_is_used(
    handler: MessageHandler, queue: Watched, person: Person
) -> None:
    for _ in range(2):
        assert not await handler.handle(await delivered(queue), seconds=5)
    assert await handler.handle(await delivered(queue), seconds=60)
    assert "photo" in bot_messages(person)[-1]


async def test_who_has_the_result_already_is_not_apologised_to(
    handler: MessageHandler, queue: Watched, job: Job, person: Person, results: SqliteResultCache
) -> None:
    for _ in range(2):
        await killed_over(queue, job, results)
    await results.put(f"delivered:{job.id}", Result(kind="photo", file_id="AgAC"))
    before = bot_messages(person)
    assert await handler.handle(await delivered(queue), seconds=60)
    assert bot_messages(person) == before  # the result, by then: nothing was said


async def test_who_is_killed_in_the_last_delivery_is_apologised_for_in_one_more(
    *,
    handler: MessageHandler,
    queue: Watched,
    job: Job,
    person: Person,
    results: SqliteResultCache,
    engine: FakeEngine,
) -> None:
    for _ in range(await queue.max_deliveries()):
        await queue.release(await delivered(queue))
    assert not await handler.handle(await delivered(queue))
    assert engine.applied == []
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await is_free(job, results)
    assert await queue.receive(0, 60) is None


@pytest.fixture
def fair_queue(database: Database) -> SqliteJobQueue:
    return SqliteJobQueue(database, capacity=10, workers=1)


async def test_a_kill_before_its_work_begins_costs_a_job_no_try(
    *,
    worker: Worker,
    fair_queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await fair_queue.put(job)
    for _ in range(MAX_KILLS - 1):
        assert (await delivered(fair_queue)).deliveries == 1
        await fair_queue.release_of(str(os.getpid()))
    assert await MessageHandler(worker, fair_queue).handle(await delivered(fair_queue))
    assert "photo" in bot_messages(person)[-1]


async def test_a_job_whose_workers_all_die_before_its_work_begins_is_apologised_for(
    *,
    worker: Worker,
    fair_queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await fair_queue.put(job)
    for _ in range(MAX_KILLS):
        await delivered(fair_queue)
        await fair_queue.release_of(str(os.getpid()))
    assert not await MessageHandler(worker, fair_queue).handle(await delivered(fair_queue))
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await fair_queue.receive(0, 60) is None


async def test_a_kill_while_it_is_computed_costs_a_job_a_try(
    *,
    worker: Worker,
    fair_queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    await fair_queue.put(await claimed(await request_of(person, encoded(gradient())), results))
    message = await delivered(fair_queue)
    engine.gate.clear()
    working = asyncio.create_task(MessageHandler(worker, fair_queue).handle(message))
    await wait(engine.begun)
    await fair_queue.release_of(str(os.getpid()))
    assert (await delivered(fair_queue)).deliveries == 2
    engine.gate.set()
    await working
