"""How much every job queue takes: of one chat, and in all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from handler.aws.backlog import DynamoBacklog
from handler.aws.sqs import SqsJobQueue
from handler.jobs.queue import Place, QueueFullError
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from handler.jobs.sqlite.queue import SqliteJobQueue
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeJob
from tests.handler.jobs.contract.test_queue import Queue, delivered

MakeQueue = Callable[[], Queue]

IN_ALL, OF_A_CHAT = 6, 3


@pytest.fixture(params=["sqlite", "sqs"])
async def make_queue(
    request: pytest.FixtureRequest, tmp_path: Path, open_jobs: SqliteOpenJobs
) -> AsyncIterator[MakeQueue]:
    """Open the same queue once more, as another process does."""
    databases = []

    def in_file() -> Queue:
        databases.append(Database(tmp_path / "store.db"))
        return SqliteJobQueue(databases[-1], capacity=IN_ALL, chat_capacity=OF_A_CHAT, workers=2)

    if request.param == "sqlite":
        yield in_file
    else:
        aws: Aws = request.getfixturevalue("aws")
        url, table = aws.fifo_queue(max_receives=3).url, aws.table()

        def in_sqs() -> Queue:
            backlog = DynamoBacklog(table, capacity=IN_ALL, chat_capacity=OF_A_CHAT)
            return SqsJobQueue(url, backlog=backlog, open_jobs=open_jobs)

        yield in_sqs
    for database in databases:
        await database.close()


@pytest.fixture
def queue(make_queue: MakeQueue) -> Queue:
    return make_queue()


async def put(queue: Queue, make_job: MakeJob, chat: int, *numbers: int) -> None:
    for number in numbers:
        await queue.reserve(make_job(chat_id=chat))
        await queue.put(make_job(id=f"{chat}-{number}", chat_id=chat))


async def test_a_chat_is_told_of_its_own_bound_and_others_go_on(
    queue: Queue, make_job: MakeJob
) -> None:
    await put(queue, make_job, 1, 1, 2, 3)
    with pytest.raises(QueueFullError) as refusal:
        await queue.reserve(make_job(chat_id=1))
    assert refusal.value.own == OF_A_CHAT
    assert refusal.value.retry_after > 0
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="1-4", chat_id=1))
    await put(queue, make_job, 2, 1)


async def test_beyond_the_bound_in_all_nobody_is_let_in(queue: Queue, make_job: MakeJob) -> None:
    await put(queue, make_job, 1, 1, 2, 3)
    await put(queue, make_job, 2, 1, 2, 3)
    with pytest.raises(QueueFullError) as refusal:
        await put(queue, make_job, 3, 1)
    assert refusal.value.own == 0
    assert sum(await queue.counts()) == IN_ALL


async def test_jobs_that_are_done_make_room(queue: Queue, make_job: MakeJob) -> None:
    await put(queue, make_job, 1, 1, 2, 3)
    await put(queue, make_job, 2, 1, 2, 3)
    for _ in range(2):
        await queue.acknowledge(await delivered(queue))
    await put(queue, make_job, 3, 1, 2)
    with pytest.raises(QueueFullError):
        await put(queue, make_job, 4, 1)


async def test_jobs_that_are_given_up_make_room(queue: Queue, make_job: MakeJob) -> None:
    await put(queue, make_job, 1, 1, 2, 3)
    for _ in range(await queue.max_deliveries() - 1):
        await queue.release(await delivered(queue))
    await queue.reject(await delivered(queue))
    await put(queue, make_job, 1, 4)


async def test_a_job_that_comes_again_takes_one_place(queue: Queue, make_job: MakeJob) -> None:
    await put(queue, make_job, 1, 1, 2, 2, 2, 3)
    await queue.release(await delivered(queue))
    with pytest.raises(QueueFullError):
        await queue.reserve(make_job(chat_id=1))


async def test_of_many_at_once_no_more_come_in_than_there_is_room(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    queues = [make_queue(), make_queue()]
    puts = [
        queue.put(make_job(id=f"{chat}-{number}", chat_id=chat))
        for chat in (1, 2, 3)
        for number, queue in enumerate(queues * 2)
    ]
    outcomes = await asyncio.gather(*puts, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, QueueFullError)]
    assert len(outcomes) - len(refused) == IN_ALL
    assert sum(await queues[0].counts()) == IN_ALL


async def test_the_line_is_counted(queue: Queue, make_job: MakeJob) -> None:
    assert await queue.counts() == (0, 0)
    await put(queue, make_job, 1, 1, 2)
    await delivered(queue)
    assert await queue.counts() == (1, 1)


async def test_a_press_that_was_never_put_is_before_nobody(
    queue: Queue, open_jobs: SqliteOpenJobs, make_job: MakeJob
) -> None:
    """Its process was killed in between, and nobody has repeated it."""
    lost, first, second = (make_job(id=f"{n}", pressed_at=n) for n in range(3))
    await open_jobs.add(lost)
    for own, job in enumerate((first, second)):
        await open_jobs.add(job)
        assert await queue.reserve(job) == Place(own=own)
        await queue.put(job)
    assert await delivered(queue)
    assert await queue.line(first.chat_id) == [(second, Place(own=1))]
