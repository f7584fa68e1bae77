"""A job that its person has cancelled gets no other answer, whatever becomes of it."""

import pytest

from handler.jobs.failures import TookTooLongError
from handler.jobs.job import Job
from handler.jobs.open_jobs import Cancellation
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.telegram.delivery import Result
from handler.texts.texts import Texts
from playground import Person
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import only_text

CANCELLED = Texts().get("en", "status-cancelled")


@pytest.fixture
async def job(request_of: RequestOf, person: Person, open_jobs: SqliteOpenJobs) -> Job:
    job = await request_of(person, encoded(gradient()))
    assert await open_jobs.cancel(person.id, job.id, person.id) is Cancellation.DONE
    return job


async def test_it_is_not_begun(
    worker: Worker, job: Job, person: Person, engine: FakeEngine
) -> None:
    await worker.attempt(job)
    assert engine.applied == []
    assert only_text(person) == CANCELLED


async def test_there_is_no_apology_for_it(worker: Worker, job: Job, person: Person) -> None:
    await worker.fail(job, TookTooLongError("60 s"))
    assert only_text(person) == CANCELLED


async def test_nobody_is_told_to_press_again(worker: Worker, job: Job, person: Person) -> None:
    await worker.drop(job)
    assert only_text(person) == CANCELLED


async def test_a_known_result_is_not_sent(
    worker: Worker, job: Job, person: Person, results: SqliteResultCache
) -> None:
    await results.put(job.result_key, Result(kind="photo", file_id=job.file_id))
    await worker.attempt(job)
    assert only_text(person) == CANCELLED


async def test_a_status_message_that_is_deleted_stays_so(
    worker: Worker, job: Job, person: Person
) -> None:
    await person.delete(person.messages[-1])
    await worker.attempt(job)
    assert not any(message["from"]["is_bot"] for message in person.messages)
