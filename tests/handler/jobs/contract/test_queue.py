"""What every job queue promises, whoever keeps the jobs."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from handler.aws.sqs import SqsJobQueue
from handler.jobs.job import Job
from handler.jobs.queue import JobQueue, JobSource, Message, Place
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from handler.jobs.sqlite.queue import SqliteJobQueue
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeJob


class Queue(JobQueue, JobSource, Protocol):
    """Both sides of a queue."""


@pytest.fixture(params=["sqlite", "sqs"])
async def queue(request: pytest.FixtureRequest, open_jobs: SqliteOpenJobs) -> AsyncIterator[Queue]:
    if request.param == "sqs":
        aws: Aws = request.getfixturevalue("aws")
        yield SqsJobQueue(aws.fifo_queue(max_receives=3).url, open_jobs=open_jobs)
    else:
        database = Database()
        yield SqliteJobQueue(database, capacity=16, workers=2)
        await database.close()


async def delivered(queue: Queue, seconds: float = 3, visibility: float = 60) -> Message:
    message = await queue.receive(seconds, visibility)
    assert message is not None
    return message


async def assert_nothing_comes(queue: Queue) -> None:
    assert await queue.receive(0, 60) is None


def job_in(message: Message) -> Job:
    return Job.model_validate_json(message.body)


async def test_a_job_arrives_as_it_was_put(queue: Queue, make_job: MakeJob) -> None:
    job = make_job(id="4711", chat_id=-100, file_name="Нeon \u202e.jpg", language="ru")
    assert (await queue.put(job)).ahead == 0
    message = await delivered(queue)
    assert job_in(message) == job
    assert message.deliveries == 1
    await assert_nothing_comes(queue)


async def test_the_jobs_of_a_chat_come_one_after_the_other(queue: Queue, make_job: MakeJob) -> None:
    for number in range(3):
        await queue.put(make_job(id=str(number), chat_id=7))
    for number in range(3):
        message = await delivered(queue)
        assert job_in(message).id == str(number)
        await assert_nothing_comes(queue)
        await queue.acknowledge(message)
    await assert_nothing_comes(queue)


async def test_chats_do_not_wait_for_each_other(queue: Queue, make_job: MakeJob) -> None:
    await queue.put(make_job(id="a", chat_id=1))
    await queue.put(make_job(id="b", chat_id=2))
    assert {job_in(await delivered(queue)).id for _ in range(2)} == {"a", "b"}


async def test_a_released_job_comes_again_before_those_after_it(
    queue: Queue, make_job: MakeJob
) -> None:
    for job_id in ("1", "2"):
        await queue.put(make_job(id=job_id, chat_id=7))
    await queue.release(await delivered(queue))
    again = await delivered(queue)
    assert (job_in(again).id, again.deliveries) == ("1", 2)


async def test_a_pause_holds_the_chat_up_and_nobody_else(queue: Queue, make_job: MakeJob) -> None:
    for job_id in ("1", "2"):
        await queue.put(make_job(id=job_id, chat_id=7))
    await queue.release(await delivered(queue), pause=1)
    await queue.put(make_job(id="other", chat_id=8))
    assert job_in(await delivered(queue)).id == "other"
    await assert_nothing_comes(queue)
    assert job_in(await delivered(queue)).id == "1"


async def test_a_job_whose_worker_died_comes_again(queue: Queue, make_job: MakeJob) -> None:
    await queue.put(make_job(id="1"))
    await queue.begin(await delivered(queue, visibility=1))
    await assert_nothing_comes(queue)
    again = await delivered(queue)
    assert (job_in(again).id, again.deliveries) == ("1", 2)


async def test_a_delivery_that_came_to_nothing_is_no_try_where_the_queue_can_tell(
    queue: Queue, make_job: MakeJob
) -> None:
    await queue.put(make_job(id="1"))
    await delivered(queue, visibility=1)  # the worker dies while it downloads, say
    begun = await delivered(queue)
    await queue.begin(begun)
    await queue.release(begun, is_failure=False)  # the bot stops
    assert (await delivered(queue)).deliveries == (3 if queue.counts_all else 1)


async def test_a_job_is_hidden_for_as_long_as_its_worker_says(
    queue: Queue, make_job: MakeJob
) -> None:
    await queue.put(make_job(id="1"))
    message = await delivered(queue, visibility=1)
    await queue.extend_visibility(message, 60)
    await asyncio.sleep(1.1)
    await assert_nothing_comes(queue)
    await queue.acknowledge(message)


async def test_an_update_that_is_repeated_makes_one_job(queue: Queue, make_job: MakeJob) -> None:
    await queue.put(make_job(id="1", status_message_id=10))
    await queue.put(make_job(id="1", status_message_id=11))
    message = await delivered(queue)
    assert job_in(message).status_message_id == 10
    await queue.put(make_job(id="1", status_message_id=12))
    await queue.acknowledge(message)
    await assert_nothing_comes(queue)


async def test_a_rejected_job_comes_no_more_and_its_chat_goes_on(
    queue: Queue, make_job: MakeJob
) -> None:
    for job_id in ("1", "2"):
        await queue.put(make_job(id=job_id, chat_id=7))
    for number in range(1, await queue.max_deliveries()):
        message = await delivered(queue)
        assert message.deliveries == number
        await queue.release(message)
    await queue.reject(await delivered(queue))
    assert job_in(await delivered(queue)).id == "2"


async def test_who_waits_gets_a_job_as_it_is_put(queue: Queue, make_job: MakeJob) -> None:
    waiting = asyncio.create_task(delivered(queue, seconds=8))
    await asyncio.sleep(0.1)
    await queue.put(make_job(id="1"))
    assert job_in(await waiting).id == "1"


async def test_who_waits_no_more_hides_no_job(queue: Queue, make_job: MakeJob) -> None:
    waiting = asyncio.create_task(queue.receive(2, 60))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await queue.put(make_job(id="1"))
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert job_in(await delivered(queue)).id == "1"


async def test_places_are_reserved_taken_and_given_back(queue: Queue, make_job: MakeJob) -> None:
    assert (await queue.reserve(make_job(chat_id=7))).ahead == 0
    await queue.cancel_reservation(7)
    assert (await queue.reserve(make_job(chat_id=7))).ahead == 0
    assert (await queue.put(make_job(chat_id=7))).ahead == 0


async def test_a_press_is_known_for_as_long_as_its_job_may_stay(queue: Queue) -> None:
    assert await queue.longest_stay(300) > 24 * 3600


async def test_a_light_job_overtakes_heavy_ones_of_its_chat_that_wait(
    queue: Queue, make_job: MakeJob
) -> None:
    for job_id in ("1", "2"):
        await queue.put(make_job(id=job_id, chat_id=7, effect_code="upscale:4"))
    first = await delivered(queue)
    await queue.put(make_job(id="3", chat_id=7, effect_code="neon:max"))
    beside = await queue.receive(0, 60)  # where chats have more than one worker
    await queue.acknowledge(first)
    second = beside or await delivered(queue)
    assert [job_in(message).id for message in (first, second)] == ["1", "3"]
    await queue.acknowledge(second)
    assert job_in(await delivered(queue)).id == "2"


async def test_ones_own_jobs_are_counted_as_such(
    queue: Queue, open_jobs: SqliteOpenJobs, make_job: MakeJob
) -> None:
    jobs = [make_job(id=str(n), chat_id=7, effect_code="upscale:2", pressed_at=n) for n in range(3)]
    places = []
    for job in jobs:
        await open_jobs.add(job)
        places.append(await queue.reserve(job))
        await queue.put(job)
    assert places == [Place(own=number) for number in range(3)]
    message = await delivered(queue)
    assert await queue.line(7) == [(jobs[1], Place(own=1)), (jobs[2], Place(own=2))]
    await queue.acknowledge(message)
    await open_jobs.close(jobs[0])
    assert (await queue.line(7))[-1] == (jobs[2], Place(own=1))
