"""Notes of jobs in work: they outlive only processes that are killed."""

import asyncio
import logging

import pytest

from handler.aws.dynamodb import DynamoResultCache
from handler.jobs.attempts import NOTE_SECONDS, track_attempt
from handler.jobs.job import Job
from handler.jobs.results import ResultCache
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.results import SqliteResultCache
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeJob


async def was_killed(results: ResultCache, job: Job) -> bool:
    async with track_attempt(results, job) as killed:
        return killed


async def begun(results: ResultCache, job: Job) -> object:
    """Begin, and never come to the end; what is returned must be kept, or it ends after all."""
    work = track_attempt(results, job)
    await work.__aenter__()
    return work


async def test_work_that_ended_leaves_no_note(
    results: SqliteResultCache, make_job: MakeJob
) -> None:
    for _ in range(2):
        assert not await was_killed(results, make_job())


async def test_a_killed_process_leaves_a_note_about_this_job(
    results: SqliteResultCache, make_job: MakeJob
) -> None:
    killed = await begun(results, make_job(id="1"))
    assert await was_killed(results, make_job(id="1"))
    assert await was_killed(results, make_job(id="1"))  # still known to the delivery after
    assert not await was_killed(results, make_job(id="2"))
    del killed


@pytest.mark.parametrize("end", [RuntimeError, asyncio.CancelledError])
async def test_failed_and_cancelled_work_has_ended(
    results: SqliteResultCache, make_job: MakeJob, end: type[BaseException]
) -> None:
    with pytest.raises(end):
        async with track_attempt(results, make_job()):
            raise end
    assert not await was_killed(results, make_job())


async def test_a_note_is_forgotten_with_the_job(database: Database, make_job: MakeJob) -> None:
    now = 0.0
    results = SqliteResultCache(database, 10, clock=lambda: now)
    killed = await begun(results, make_job())
    now = NOTE_SECONDS
    assert not await was_killed(results, make_job())
    del killed


async def test_without_a_memory_work_goes_on(
    aws: Aws, make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert not await was_killed(DynamoResultCache("nowhere"), make_job(id="4711"))
    assert caplog.messages == ["job 4711: the memory for results fails"] * 2
