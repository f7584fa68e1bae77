"""What is promised of jobs without an answer, wherever they are kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handler.aws.open_jobs import DynamoOpenJobs
from handler.jobs.open_jobs import KNOWN_SECONDS, OPEN_SECONDS, Addition, Cancellation, OpenJobs
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from tests.aws import Aws
from tests.handler.clock import Clock
from tests.handler.jobs.conftest import MakeJob

PERSON, STRANGER = 7, 8


@pytest.fixture(params=["sqlite", "dynamodb"])
async def processes(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[OpenJobs, OpenJobs]]:
    """The same jobs, as two processes see them."""
    if request.param == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        table = aws.table()
        yield DynamoOpenJobs(table, clock=clock), DynamoOpenJobs(table, clock=clock)
    else:
        databases = [Database(tmp_path / "store.db") for _ in range(2)]
        here, there = (SqliteOpenJobs(database, clock=clock) for database in databases)
        yield here, there
        for database in databases:
            await database.close()


@pytest.fixture
def webhook(processes: tuple[OpenJobs, OpenJobs]) -> OpenJobs:
    return processes[0]


@pytest.fixture
def worker(processes: tuple[OpenJobs, OpenJobs]) -> OpenJobs:
    return processes[1]


async def test_a_job_that_nobody_cancels_gets_its_answer(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON, status_message_id=5)
    assert await webhook.add(job) is Addition.NEW
    assert await worker.job(PERSON, job.id) == job
    assert not await worker.is_cancelled(job)
    assert await worker.begin_answer(job)
    await worker.close(job)
    assert await webhook.job(PERSON, job.id) is None


async def test_a_cancelled_job_gets_no_answer(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job, other = make_job(chat_id=PERSON, id="1"), make_job(chat_id=PERSON, id="2")
    for each in (job, other):
        await webhook.add(each)
    for _ in range(2):  # Telegram may repeat the press
        assert await webhook.cancel(PERSON, "1", PERSON) is Cancellation.DONE
        assert await worker.is_cancelled(job)
        assert not await worker.begin_answer(job)
    assert not await worker.is_cancelled(other)
    assert await worker.begin_answer(other)
    await worker.close(job)
    assert await worker.is_cancelled(job)


async def test_a_job_whose_answer_is_under_way_cannot_be_cancelled(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    await webhook.add(job)
    for _ in range(2):  # a delivery that failed is tried again
        assert await worker.begin_answer(job)
        assert await webhook.cancel(PERSON, job.id, PERSON) is Cancellation.TOO_LATE
    await worker.close(job)
    assert await webhook.cancel(PERSON, job.id, PERSON) is Cancellation.TOO_LATE


async def test_of_a_cancellation_and_an_answer_at_once_one_comes_first(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    for number in range(12):
        job = make_job(chat_id=PERSON, id=str(number))
        await webhook.add(job)
        answers, cancelled = await asyncio.gather(
            worker.begin_answer(job), webhook.cancel(PERSON, job.id, PERSON)
        )
        assert answers == (cancelled is Cancellation.TOO_LATE)


async def test_only_its_person_cancels_a_job(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    await webhook.add(job)
    assert await webhook.cancel(PERSON, job.id, STRANGER) is Cancellation.NOT_YOURS
    await webhook.cancel(STRANGER, job.id, STRANGER)  # in a chat of one's own
    assert not await worker.is_cancelled(job)
    assert await worker.begin_answer(job)


async def test_who_is_quicker_than_the_queue_has_cancelled(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    assert await webhook.cancel(PERSON, job.id, PERSON) is Cancellation.DONE
    assert await webhook.add(job) is Addition.CLOSED
    assert not await worker.begin_answer(job)


async def test_a_stranger_who_is_quicker_has_not(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    await webhook.cancel(PERSON, job.id, STRANGER)
    assert await webhook.add(job) is Addition.NEW
    assert await worker.begin_answer(job)


async def test_a_job_that_was_put_by_an_earlier_version_gets_its_answer(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    assert not await worker.is_cancelled(job)
    await worker.close(job)
    assert await worker.begin_answer(job)
    assert await webhook.cancel(PERSON, job.id, PERSON) is Cancellation.TOO_LATE


async def test_a_job_that_ended_in_an_apology_can_be_done_after_all(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob, clock: Clock
) -> None:
    """As when dead letters are sent into the queue again."""
    job = make_job(chat_id=PERSON)
    await webhook.add(job)
    for _ in range(2):
        assert not await worker.is_cancelled(job)
        assert await worker.begin_answer(job)
        await worker.close(job)
        clock.now += KNOWN_SECONDS + 1
        await webhook.add(make_job(chat_id=PERSON, id="2"))


async def test_a_repeated_press_changes_nothing_and_learns_how_far_it_has_come(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job = make_job(chat_id=PERSON)
    assert await webhook.add(job) is Addition.NEW
    assert await webhook.add(job) is Addition.KNOWN
    await worker.begin_answer(job)
    assert await webhook.add(job) is Addition.KNOWN
    assert await webhook.cancel(PERSON, job.id, PERSON) is Cancellation.TOO_LATE
    await worker.close(job)
    assert await webhook.add(job) is Addition.CLOSED


async def test_a_repeated_press_finds_the_status_message_that_was_noted(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    job, with_status = make_job(chat_id=PERSON), make_job(chat_id=PERSON, status_message_id=5)
    await webhook.add(job)
    await webhook.replace(with_status)
    assert await webhook.add(job) is Addition.KNOWN
    assert await worker.job(PERSON, job.id) == with_status
    await worker.close(job)
    await webhook.replace(with_status)  # too late
    assert await webhook.add(job) is Addition.CLOSED


async def test_a_job_of_which_nothing_came_is_new_again(
    webhook: OpenJobs, make_job: MakeJob
) -> None:
    job, other = make_job(chat_id=PERSON, id="1"), make_job(chat_id=PERSON, id="2")
    await webhook.remove(job)  # of a chat without jobs
    for each in (job, other):
        await webhook.add(each)
    for _ in range(2):
        await webhook.remove(job)
    assert await webhook.add(job) is Addition.NEW
    assert await webhook.add(other) is Addition.KNOWN


async def test_nothing_is_kept_for_ever(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob, clock: Clock
) -> None:
    closed, lost = make_job(chat_id=PERSON, id="1"), make_job(chat_id=PERSON, id="2")
    for job in (closed, lost):
        await webhook.add(job)
    await webhook.cancel(PERSON, closed.id, PERSON)
    await worker.close(closed)
    clock.now += KNOWN_SECONDS + 1
    await webhook.add(make_job(chat_id=PERSON, id="3"))
    assert not await worker.is_cancelled(closed)
    assert await worker.job(PERSON, lost.id) == lost
    clock.now += OPEN_SECONDS
    await webhook.add(make_job(chat_id=PERSON, id="4"))
    assert await worker.job(PERSON, lost.id) is None


async def test_the_open_jobs_of_a_chat_are_listed_in_order(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    jobs = [make_job(chat_id=PERSON, id=str(n), pressed_at=100 - n) for n in range(5)]
    for job in (*jobs, make_job(chat_id=STRANGER, id="9")):
        await webhook.add(job)
    await webhook.cancel(PERSON, "1", PERSON)
    await worker.begin_answer(jobs[3])
    assert await worker.of_chat(PERSON) == [jobs[4], jobs[2], jobs[0]]
    shown = jobs[2].model_copy(update={"status_message_id": 42})
    await webhook.replace(shown)
    assert await worker.of_chat(PERSON) == [jobs[4], shown, jobs[0]]
    assert await worker.of_chat(1) == []


async def test_a_job_is_open_until_it_gets_its_last_word(
    webhook: OpenJobs, worker: OpenJobs, make_job: MakeJob
) -> None:
    answered, cancelled, sent_again = (make_job(chat_id=PERSON, id=f"{n}") for n in range(3))
    assert await worker.is_open(answered)  # as far as is known
    for job in (answered, cancelled, sent_again):
        await webhook.add(job)
        assert await worker.is_open(job)
    await worker.begin_answer(answered)
    await webhook.cancel(PERSON, cancelled.id, PERSON)
    await webhook.close(sent_again)
    for job in (answered, cancelled, sent_again):
        assert not await worker.is_open(job)
