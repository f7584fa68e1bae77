"""Deliveries of jobs: done, released, apologised for at the last, or unreadable."""

import asyncio
import json
import logging

import pytest

from handler.jobs.messages import MessageHandler
from handler.jobs.queue import Message
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.deliveries import MAX_DELIVERIES
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import Person
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import MakeJob, RequestOf
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


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.fixture
def queue(database: Database) -> SqliteJobQueue:
    return SqliteJobQueue(database, capacity=10, workers=1)


@pytest.fixture
def handler(worker: Worker, queue: SqliteJobQueue) -> MessageHandler:
    return MessageHandler(worker, queue, first_pause=0.0)


async def delivered(queue: SqliteJobQueue) -> Message:
    message = await queue.receive(0, 60)
    assert message is not None
    return message


async def test_a_job_done_may_be_acknowledged(
    handler: MessageHandler, queue: SqliteJobQueue, request_of: RequestOf, person: Person
) -> None:
    await queue.put(await request_of(person, encoded(gradient())))
    assert await handler.handle(await delivered(queue), seconds=60)
    (answer,) = bot_messages(person)
    assert "photo" in answer


async def test_after_the_last_delivery_there_is_one_apology(
    *,
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.failure = RuntimeError("broken weights")
    job = await claimed(await request_of(person, encoded(gradient()), id="4711"), results)
    await queue.put(job)
    for number in (1, 2, 3):
        assert "error" not in only_text(person)
        message = await delivered(queue)
        assert message.deliveries == number
        assert not await handler.handle(message)
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert await is_free(job, results)
    assert await queue.receive(0, 60) is None
    assert "job 4711: delivery 1 failed" in caplog.text
    assert "job 4711 failed" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_failure_that_passes_is_not_noticed(
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    engine.failure = RuntimeError("out of memory")
    await queue.put(await request_of(person, encoded(gradient())))
    assert not await handler.handle(await delivered(queue))
    engine.failure = None
    assert await handler.handle(await delivered(queue))
    (answer,) = bot_messages(person)
    assert "photo" in answer


async def test_a_job_without_enough_time_is_released_at_once(
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    await queue.put(await request_of(person, encoded(gradient())))
    assert not await handler.handle(await delivered(queue), seconds=5)
    assert not await handler.handle(await delivered(queue), seconds=5)
    assert only_text(person) == "Hold on"
    assert not await handler.handle(await delivered(queue), seconds=5)
    assert only_text(person) == TEXTS.get("en", "error-took-too-long")
    assert engine.applied == []


async def test_what_holds_no_job_is_rejected_without_its_contents_in_the_log(
    *,
    handler: MessageHandler,
    queue: SqliteJobQueue,
    database: Database,
    make_job: MakeJob,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await queue.put(make_job())
    body = json.dumps({"id": "1", "chat_id": "private words"})
    await database.write(lambda db: db.execute("UPDATE jobs SET body = ?", [body]))
    for _ in range(3):
        assert not await handler.handle(await delivered(queue))
    assert await queue.receive(0, 60) is None
    assert "contains no job" in caplog.text
    assert "chat_id" in caplog.text
    assert "private words" not in caplog.text


async def test_a_cancelled_job_is_released_silently(
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    await queue.put(await request_of(person, encoded(gradient())))
    await cancel_in_the_middle(handler, await delivered(queue), engine)
    assert (await delivered(queue)).deliveries == 1
    assert len(bot_messages(person)) == 1


async def test_a_job_that_a_stop_interrupts_in_its_last_try_has_it_once_more(
    *,
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
) -> None:
    await queue.put(await request_of(person, encoded(gradient())))
    for _ in range(MAX_DELIVERIES - 1):
        await queue.release(await delivered(queue))
    await cancel_in_the_middle(handler, await delivered(queue), engine)
    engine.gate.set()
    again = await delivered(queue)
    assert again.deliveries == MAX_DELIVERIES
    assert await handler.handle(again)
    assert "photo" in bot_messages(person)[-1]


async def test_where_every_delivery_counts_its_person_is_told_to_ask_again(
    *,
    handler: MessageHandler,
    queue: SqliteJobQueue,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SqliteJobQueue, "counts_all", True)  # as SQS does
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await queue.put(job)
    for _ in range(MAX_DELIVERIES - 1):
        await queue.release(await delivered(queue))
    await cancel_in_the_middle(handler, await delivered(queue), engine)
    assert only_text(person) == TEXTS.get("en", "error-restarting")
    assert await is_free(job, results)
    assert await queue.receive(0, 60) is None


async def cancel_in_the_middle(
    handler: MessageHandler, message: Message, engine: FakeEngine
) -> None:
    engine.gate.clear()
    working = asyncio.create_task(handler.handle(message))
    await wait(engine.begun)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
