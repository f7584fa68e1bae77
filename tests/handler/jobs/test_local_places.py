"""Places in the local queue can be reserved, before there is a job to put."""

import pytest

from handler.jobs.local import LocalJobQueue
from handler.jobs.queue import QueueFullError
from tests.handler.jobs.conftest import MakeJob
from tests.handler.jobs.queued_work import Work, started


async def test_a_reserved_place_is_taken(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, capacity=2, workers=1)
    assert await queue.reserve(1) == 0
    assert await queue.reserve(2) == 1
    with pytest.raises(QueueFullError):
        await queue.reserve(3)
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="c", chat_id=3))
    assert await queue.put(make_job(id="b", chat_id=2)) == 1  # the first one is still expected
    assert await queue.put(make_job(id="a", chat_id=1)) == 1
    work.end("a", "b")
    await work.until(lambda: work.ended == ["b", "a"])
    await queue.stop(grace=5)


async def test_a_place_given_back_is_free_for_others(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, capacity=1, workers=1)
    await queue.reserve(1)
    await queue.release(1)
    assert await queue.put(make_job(id="b", chat_id=2)) == 0
    assert await queue.reserve(2) == 1
    work.end("b")
    await queue.stop(grace=5)


async def test_the_places_of_a_chat_are_limited_too(work: Work) -> None:
    queue = LocalJobQueue(work.process, capacity=4, workers=1)
    assert [await queue.reserve(1) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(QueueFullError):
        await queue.reserve(1)
    assert await queue.reserve(2) == 1


async def test_a_stopped_queue_has_no_places(work: Work, make_job: MakeJob) -> None:
    queue = await started(work)
    await queue.reserve(1)
    await queue.stop(grace=0)
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="a", chat_id=1))


async def test_a_job_stays_no_longer_than_all_jobs_of_a_full_queue_take(work: Work) -> None:
    queue = LocalJobQueue(work.process, capacity=4, workers=2)
    assert await queue.longest_stay(100) >= 100 * (4 + 2)
