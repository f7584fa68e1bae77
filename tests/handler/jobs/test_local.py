"""The local queue: order within a chat, turns between chats, bounds, and a clean end."""

import asyncio
import logging
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handler.jobs.job import Job
from handler.jobs.local import LocalJobQueue
from handler.jobs.queue import QueueFullError
from tests.handler.jobs.conftest import MakeJob
from tests.handler.jobs.queued_work import Work, started


async def test_jobs_of_different_chats_run_beside_each_other(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, workers=2)
    assert await queue.put(make_job(id="a", chat_id=1)) == 0
    assert await queue.put(make_job(id="b", chat_id=2)) == 0
    await work.until(lambda: work.begun == ["a", "b"])
    work.end("a", "b")
    await queue.stop(grace=5)
    assert work.dropped == []


async def test_jobs_of_one_chat_run_in_order_and_take_one_place(
    work: Work, make_job: MakeJob
) -> None:
    queue = await started(work, workers=2)
    assert await queue.put(make_job(id="a1", chat_id=1)) == 0
    assert await queue.put(make_job(id="a2", chat_id=1)) == 1
    assert await queue.put(make_job(id="b1", chat_id=2)) == 0
    await work.until(lambda: work.begun == ["a1", "b1"])
    work.end("b1", "b2")
    assert await queue.put(make_job(id="b2", chat_id=2)) == 3
    await work.until(lambda: work.ended == ["b1", "b2"])
    assert work.begun == ["a1", "b1", "b2"]
    work.end("a1", "a2")
    await work.until(lambda: work.ended == ["b1", "b2", "a1", "a2"])
    await queue.stop(grace=5)


async def test_chats_take_turns(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, workers=1)
    for job_id in ("a1", "a2", "a3"):
        await queue.put(make_job(id=job_id, chat_id=1))
    ahead_of_b = await queue.put(make_job(id="b1", chat_id=2))
    ahead_of_c = await queue.put(make_job(id="c1", chat_id=3))
    work.end("a1", "a2", "a3", "b1", "c1")
    await work.until(lambda: len(work.ended) == 5)
    assert work.begun == ["a1", "a2", "b1", "c1", "a3"]
    assert work.begun.index("b1") == ahead_of_b
    assert work.begun.index("c1") == ahead_of_c
    await queue.stop(grace=5)


async def test_a_full_queue_says_when_to_come_back(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, capacity=1, workers=1)
    await queue.put(make_job(id="a", chat_id=1))
    await queue.put(make_job(id="b", chat_id=2))
    with pytest.raises(QueueFullError) as refusal:
        await queue.put(make_job(id="c", chat_id=3))
    assert refusal.value.retry_after >= 1
    assert (queue.waiting, queue.running) == (1, 1)
    work.end("a")
    await work.until(lambda: work.begun == ["a", "b"])
    assert await queue.put(make_job(id="c", chat_id=3)) == 1
    work.end("b", "c")
    await work.until(lambda: work.ended == ["a", "b", "c"])
    await queue.stop(grace=5)


async def test_one_chat_cannot_fill_the_queue(work: Work, make_job: MakeJob) -> None:
    queue = await started(work, capacity=4, workers=1)
    for number in range(4):
        await queue.put(make_job(id=f"a{number}", chat_id=1))
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="a4", chat_id=1))
    await queue.put(make_job(id="b", chat_id=2))
    await queue.stop(grace=0)


async def test_a_failing_job_is_logged_and_the_next_one_runs(
    make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()

    async def process(job: Job) -> None:
        if job.id == "bad":
            raise RuntimeError("broken")
        done.set()

    queue = LocalJobQueue(process, capacity=5, workers=1)
    queue.start()
    with caplog.at_level(logging.ERROR):
        await queue.put(make_job(id="bad"))
        await queue.put(make_job(id="good"))
        async with asyncio.timeout(5):
            await done.wait()
    assert "job bad failed" in caplog.text
    await queue.stop(grace=5)


async def test_jobs_wait_for_the_start(work: Work, make_job: MakeJob) -> None:
    queue = LocalJobQueue(work.process, capacity=2, workers=1)
    await queue.put(make_job(id="a"))
    assert (queue.waiting, queue.running) == (1, 0)
    queue.start()
    work.end("a")
    await work.until(lambda: work.ended == ["a"])
    await queue.stop(grace=5)


async def test_stopping_waits_for_running_jobs_and_drops_waiting_ones(
    work: Work, make_job: MakeJob
) -> None:
    queue = await started(work, workers=1)
    await queue.put(make_job(id="running", chat_id=1))
    await queue.put(make_job(id="waiting", chat_id=2))
    await work.until(lambda: work.begun == ["running"])
    stopping = asyncio.create_task(queue.stop(grace=5))
    await asyncio.sleep(0)
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="late", chat_id=3))
    work.end("running")
    await stopping
    assert work.ended == ["running"]
    assert work.dropped == ["waiting"]
    assert (queue.waiting, queue.running) == (0, 0)


async def test_jobs_beyond_the_grace_are_cancelled_and_dropped(
    work: Work, make_job: MakeJob
) -> None:
    queue = await started(work, workers=1)
    await queue.put(make_job(id="running", chat_id=1))
    await queue.put(make_job(id="waiting", chat_id=1))
    await work.until(lambda: work.begun == ["running"])
    await queue.stop(grace=0.01)
    assert work.dropped == ["running", "waiting"]
    assert work.begun == ["running"]
    assert work.ended == []


async def test_a_drop_that_fails_does_not_keep_the_others_from_being_told(
    make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    told = []

    async def drop(job: Job) -> None:
        told.append(job.id)
        raise RuntimeError("broken")

    async def process(job: Job) -> None:
        raise AssertionError("never started")

    queue = LocalJobQueue(process, capacity=5, workers=1, on_dropped=drop)
    await queue.put(make_job(id="a", chat_id=1))
    await queue.put(make_job(id="b", chat_id=2))
    await queue.stop(grace=0)
    assert told == ["a", "b"]
    assert "dropping it failed" in caplog.text


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 4))
def test_any_load_is_done_in_order_within_its_bounds(chats: list[int], workers: int) -> None:
    asyncio.run(_check_load(chats, workers))


async def _check_load(chats: list[int], workers: int) -> None:
    running: list[int] = []
    done: defaultdict[int, list[str]] = defaultdict(list)
    put: defaultdict[int, list[str]] = defaultdict(list)
    finished = asyncio.Event()

    async def process(job: Job) -> None:
        assert job.chat_id not in running
        running.append(job.chat_id)
        assert len(running) <= workers
        await asyncio.sleep(0)
        running.remove(job.chat_id)
        done[job.chat_id].append(job.id)
        if sum(map(len, done.values())) == len(chats):
            finished.set()

    queue = LocalJobQueue(process, capacity=100, workers=workers)
    queue.start()
    for number, chat in enumerate(chats):
        job = Job(
            id=str(number),
            chat_id=chat,
            photo_message_id=1,
            source="photo",
            file_id="file",
            file_unique_id="unique",
            effect_code="upscale:2",
            model_digest="0",
        )
        await queue.put(job)
        put[chat].append(job.id)
    if chats:
        async with asyncio.timeout(5):
            await finished.wait()
    await queue.stop(grace=5)
    assert done == put
