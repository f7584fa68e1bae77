"""Jobs that fail, take too long or are cancelled: the person is told, the claim is free."""

import asyncio
import logging

import pytest

from handler.jobs.results import Result
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import ApiError, Person, Playground, RetryAfter
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import (
    bot_messages,
    claimed,
    is_free,
    only_text,
    wait,
    work_on,
)
from tests.handler.running_bot import TOKEN

TEXTS = Texts("en")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"%PDF-1.4" + bytes(100), "error-unsupported-format"),
        (encoded(gradient())[:200], "error-broken-file"),
        (bytes(21 * 1024 * 1024), "error-file-too-large"),
    ],
)
async def test_files_that_cannot_be_used_are_explained(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    data: bytes,
    key: str,
) -> None:
    job = await request_of(person, data, "a.jpg", language="ru")
    await work_on(worker, job)
    assert only_text(person) == TEXTS.get("ru", key)


async def test_a_file_telegram_no_longer_has_is_explained(
    worker: Worker, request_of: RequestOf, person: Person
) -> None:
    job = await request_of(person, encoded(gradient()))
    await work_on(worker, job.model_copy(update={"file_id": "AgACgone"}))
    assert only_text(person) == TEXTS.get("en", "error-file-gone")


async def test_too_large_a_result_is_refused_with_what_would_work(
    make_worker: MakeWorker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    worker = make_worker(max_output_megapixels=0.25)
    data = encoded(gradient((200, 200)))
    await work_on(worker, await request_of(person, data, "a.jpg", effect_code="upscale:3"))
    text = only_text(person)
    assert "600 × 600" in text
    assert "160 px → ×3, ×2" in text
    assert engine.applied == []


async def test_too_large_a_picture_is_refused_before_it_is_decoded(
    make_worker: MakeWorker, request_of: RequestOf, person: Person
) -> None:
    worker = make_worker(max_input_megapixels=0.01)
    header_only = encoded(gradient((200, 200)), "PNG")[:60]
    await work_on(worker, await request_of(person, header_only, "a.png"))
    assert only_text(person) == TEXTS.get(
        "en", "error-too-many-pixels", width="200", height="200", alternatives="none"
    )


async def test_when_the_time_is_up_the_thread_is_free_for_the_next_job(
    make_worker: MakeWorker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    worker = make_worker(job_seconds=0.3)
    engine.gate.clear()
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await work_on(worker, job)
    assert only_text(person) == TEXTS.get("en", "error-took-too-long")
    assert await is_free(job, results)
    assert engine.ended.is_set()
    engine.gate.set()
    await work_on(worker, job)
    assert "photo" in bot_messages(person)[-1]


async def test_a_failing_engine_is_logged_with_the_job_and_explained_without_details(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.failure = RuntimeError("weights of another shape")
    job = await request_of(person, encoded(gradient()), id="4711")
    with caplog.at_level(logging.DEBUG):
        await work_on(worker, job)
    assert only_text(person) == TEXTS.get("en", "error-internal")
    assert "job 4711 failed" in caplog.text
    assert "weights of another shape" in caplog.text
    assert TOKEN not in caplog.text


async def test_the_claim_is_free_before_the_person_reads_of_the_failure(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    engine.failure = RuntimeError("broken")
    job = await claimed(await request_of(person, encoded(gradient())), results)
    working = asyncio.create_task(work_on(worker, job))
    failed = TEXTS.get("en", "error-internal")
    await person.wait_for(lambda m: m.get("text") == failed, timeout=5)
    assert await is_free(job, results)
    await working


async def test_a_status_message_deleted_meanwhile_does_no_harm(
    worker: Worker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    job = await request_of(person, encoded(gradient()))
    await person.delete(person.messages[-1])
    await work_on(worker, job)
    (answer,) = bot_messages(person)
    assert "photo" in answer


async def test_a_person_who_blocked_the_bot_costs_no_words(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    person.block()
    with caplog.at_level(logging.INFO):
        await work_on(worker, job)
    assert "nobody is there" in caplog.text
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert await is_free(job, results)


@pytest.mark.parametrize("failure", [ApiError(502, "Bad Gateway"), RetryAfter(600)])
async def test_telegram_out_of_reach_ends_in_an_apology(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    telegram: Playground,
    failure: ApiError,
) -> None:
    telegram.fail_next("editMessageMedia", failure, times=9)
    await work_on(worker, await request_of(person, encoded(gradient())))
    assert only_text(person) == TEXTS.get("en", "error-telegram-away")


async def test_cancelling_a_job_ends_its_work_and_keeps_its_claim_for_the_next_attempt(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    engine.gate.clear()
    job = await claimed(await request_of(person, encoded(gradient())), results)
    working = asyncio.create_task(work_on(worker, job))
    await wait(engine.begun)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await wait(engine.ended)
    assert not await is_free(job, results)


class BrokenMemory(SqliteResultCache):
    """A memory that is out of order."""

    async def get(self, key: str) -> Result | None:
        raise OSError("out of order")

    async def put(self, key: str, result: Result) -> None:
        raise OSError("out of order")

    async def release(self, key: str, holder: str = "") -> None:
        raise OSError("out of order")


async def test_without_a_memory_jobs_are_done_all_the_same(
    *,
    make_worker: MakeWorker,
    database: Database,
    request_of: RequestOf,
    person: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = make_worker(results=BrokenMemory(database, 1))
    await work_on(worker, await request_of(person, encoded(gradient())))
    (answer,) = bot_messages(person)
    assert "photo" in answer
    assert "the memory for results fails" in caplog.text
