"""Jobs that a queue elsewhere delivers again until they are done: one result, one apology."""

import asyncio

import pytest

from handler.jobs.failures import TookTooLongError, TryAgainError
from handler.jobs.results import Result
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import ApiError, Person, Playground
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import (
    bot_messages,
    claimed,
    is_free,
    only_text,
    wait,
)

TEXTS = Texts("en")


async def test_a_job_delivered_twice_gives_one_result(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await worker.attempt(job)
    await worker.attempt(await claimed(job, results))
    assert engine.applied == ["neon:neon"]
    (answer,) = bot_messages(person)
    assert "photo" in answer
    assert await is_free(job, results)


async def test_a_known_result_is_sent_once_too(
    worker: Worker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    await worker.attempt(await request_of(person, encoded(gradient()), id="1"))
    again = await request_of(person, encoded(gradient()), id="2")
    await worker.attempt(again)
    await worker.attempt(again)
    assert engine.applied == ["neon:neon"]
    first, second = bot_messages(person)
    assert first["photo"] == second["photo"]


async def test_a_delivery_that_died_before_tidying_up_is_tidied_up_after(
    worker: Worker, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await results.put(f"delivered:{job.id}", Result(kind="photo", file_id="AgAC"))
    before = bot_messages(person)
    await worker.attempt(job)
    assert bot_messages(person) == before  # which is the result by then
    assert await is_free(job, results)


async def test_a_failure_that_may_pass_is_left_to_the_next_delivery(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    engine.failure = RuntimeError("out of memory")
    job = await claimed(await request_of(person, encoded(gradient())), results)
    with pytest.raises(TryAgainError, match="out of memory") as failure:
        await worker.attempt(job)
    assert failure.value.reason is engine.failure
    assert only_text(person).startswith("👽")  # nothing but the status was said
    assert not await is_free(job, results)
    engine.failure = None
    await worker.attempt(job)
    (answer,) = bot_messages(person)
    assert "photo" in answer


async def test_telegram_out_of_reach_is_a_failure_that_may_pass(
    worker: Worker, request_of: RequestOf, person: Person, telegram: Playground
) -> None:
    telegram.fail_next("editMessageMedia", ApiError(502, "Bad Gateway"), times=9)
    with pytest.raises(TryAgainError):
        await worker.attempt(await request_of(person, encoded(gradient())))


async def test_what_is_wrong_with_the_picture_is_said_at_once(
    worker: Worker, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    data = encoded(gradient())[:200]
    job = await claimed(await request_of(person, data, "a.jpg"), results)
    await worker.attempt(job)
    assert only_text(person) == TEXTS.get("en", "error-broken-file")
    assert await is_free(job, results)


async def test_what_telegram_refuses_is_not_made_again(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    telegram: Playground,
    engine: FakeEngine,
) -> None:
    telegram.fail_next("editMessageMedia", ApiError(400, "Bad Request: MEDIA_NOT_TO_MY_TASTE"))
    await worker.attempt(await request_of(person, encoded(gradient())))
    assert only_text(person) == TEXTS.get("en", "error-internal")


async def test_a_person_who_blocked_the_bot_ends_the_job(
    worker: Worker, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    person.block()
    await worker.attempt(job)
    assert await is_free(job, results)


async def test_when_the_delivery_ends_the_job_is_left_to_the_next(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    engine.gate.clear()
    job = await claimed(await request_of(person, encoded(gradient())), results)
    with pytest.raises(TryAgainError) as failure:
        await worker.attempt(job, seconds=0.5)
    assert isinstance(failure.value.reason, TookTooLongError)
    assert not await is_free(job, results)
    if engine.begun.is_set():  # else the download alone took so long
        await wait(engine.ended)
    engine.gate.set()
    await worker.attempt(job, seconds=30)
    assert "photo" in bot_messages(person)[-1]


async def test_a_delivery_without_time_begins_nothing(
    worker: Worker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    job = await request_of(person, encoded(gradient()))
    with pytest.raises(TryAgainError):
        await worker.attempt(job, seconds=0)
    assert engine.applied == []


async def test_a_job_slower_than_allowed_is_not_tried_again(
    make_worker: MakeWorker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    engine.gate.clear()
    worker = make_worker(job_seconds=0.3)
    await worker.attempt(await request_of(person, encoded(gradient())), seconds=60)
    assert only_text(person) == TEXTS.get("en", "error-took-too-long")


async def test_a_cancelled_attempt_says_nothing_and_keeps_the_claim(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    engine.gate.clear()
    job = await claimed(await request_of(person, encoded(gradient())), results)
    working = asyncio.create_task(worker.attempt(job))
    await wait(engine.begun)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not await is_free(job, results)
    assert "photo" not in bot_messages(person)[-1]
