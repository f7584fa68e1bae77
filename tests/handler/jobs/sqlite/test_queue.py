"""The queue of one machine: turns between chats, bounds, places, and several processes."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handler.jobs.job import Job
from handler.jobs.queue import LeaseLostError, Message, Place, QueueFullError
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.deliveries import DEDUPLICATION_SECONDS
from handler.jobs.sqlite.queue import SqliteJobQueue
from tests.handler.clock import Clock
from tests.handler.jobs.conftest import MakeJob

JOB = Job(
    id="0",
    chat_id=1,
    photo_message_id=1,
    source="photo",
    file_id="file",
    file_unique_id="unique",
    effect_code="upscale:2",
    model_digest="0",
)
MakeQueue = Callable[..., SqliteJobQueue]


@pytest.fixture
async def make_queue(tmp_path: Path, clock: Clock) -> AsyncIterator[MakeQueue]:
    """Open the same store once more, as another process does."""
    databases = []

    def make(capacity: int = 10, workers: int = 1, owner: str = "") -> SqliteJobQueue:
        databases.append(Database(tmp_path / "store.db"))
        return SqliteJobQueue(
            databases[-1], capacity=capacity, workers=workers, owner=owner, clock=clock
        )

    yield make
    for database in databases:
        await database.close()


@pytest.fixture
def queue(make_queue: MakeQueue) -> SqliteJobQueue:
    return make_queue()


async def taken(queue: SqliteJobQueue) -> Message:
    message = await queue.receive(0, 60)
    assert message is not None
    return message


async def done_in_order(queue: SqliteJobQueue) -> list[str]:
    """Do all jobs, one at a time."""
    done = []
    while message := await queue.receive(0, 60):
        done.append(message.id)
        await queue.acknowledge(message)
    return done


async def test_chats_take_turns(queue: SqliteJobQueue, make_job: MakeJob) -> None:
    await queue.put(make_job(id="a1", chat_id=1))
    first = await taken(queue)
    for job_id in ("a2", "a3"):
        await queue.put(make_job(id=job_id, chat_id=1))
    ahead_of_b = (await queue.put(make_job(id="b1", chat_id=2))).ahead
    ahead_of_c = (await queue.put(make_job(id="c1", chat_id=3))).ahead
    await queue.acknowledge(first)
    done = ["a1", *await done_in_order(queue)]
    assert done == ["a1", "a2", "b1", "c1", "a3"]
    assert done.index("b1") == ahead_of_b
    assert done.index("c1") == ahead_of_c


async def test_behind_five_hundred_of_one_chat_fifty_with_one_each_wait_for_one_another_only(
    database: Database, make_job: MakeJob
) -> None:
    queue = SqliteJobQueue(database, capacity=5000, workers=1)
    for number in range(500):
        await queue.put(make_job(id=f"a{number}", chat_id=1))
    running = [await taken(queue)]
    ahead = [
        (await queue.put(make_job(id=f"b{chat}", chat_id=chat))).ahead for chat in range(2, 52)
    ]
    await queue.acknowledge(running[0])
    done = [running[0].id, *await done_in_order(queue)]
    places = [done.index(f"b{chat}") for chat in range(2, 52)]
    assert max(places) <= 52  # the fifty, one before them, and one in its turn
    assert places == sorted(places)
    assert ahead == places
    assert len(done) == 550


async def test_who_came_back_has_the_turn_after_those_who_waited(
    queue: SqliteJobQueue, make_job: MakeJob
) -> None:
    await queue.put(make_job(id="a1", chat_id=1))
    first = await taken(queue)
    await queue.put(make_job(id="b1", chat_id=2))
    await queue.put(make_job(id="a2", chat_id=1))
    await queue.acknowledge(first)
    assert await done_in_order(queue) == ["b1", "a2"]


async def test_with_a_free_worker_no_job_is_before_one_of_another_chat(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    queue = make_queue(workers=2)
    assert (await queue.put(make_job(id="a1", chat_id=1))).ahead == 0
    assert (await queue.put(make_job(id="a2", chat_id=1))).ahead == 1
    assert (await queue.put(make_job(id="b1", chat_id=2))).ahead == 0
    for _ in range(2):
        await taken(queue)
    assert (await queue.put(make_job(id="b2", chat_id=2))).ahead == 3


async def test_a_full_queue_says_when_to_come_back(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    queue = make_queue(capacity=1)
    await queue.put(make_job(id="a", chat_id=1))
    first = await taken(queue)
    await queue.put(make_job(id="b", chat_id=2))
    with pytest.raises(QueueFullError) as refusal:
        await queue.put(make_job(id="c", chat_id=3))
    assert refusal.value.retry_after >= 1
    assert await queue.counts() == (1, 1)
    await queue.acknowledge(first)
    await taken(queue)
    assert (await queue.put(make_job(id="c", chat_id=3))).ahead == 1


async def test_one_chat_cannot_fill_the_queue(make_queue: MakeQueue, make_job: MakeJob) -> None:
    queue = make_queue(capacity=4)
    for number in range(3):
        await queue.put(make_job(id=f"a{number}", chat_id=1))
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="a3", chat_id=1))
    with pytest.raises(QueueFullError):
        await queue.reserve(make_job(chat_id=1))
    assert (await queue.put(make_job(id="b", chat_id=2))).ahead == 1


async def test_a_reserved_place_is_taken(make_queue: MakeQueue, make_job: MakeJob) -> None:
    queue = make_queue(capacity=2)
    assert (await queue.reserve(make_job(chat_id=1))).ahead == 0
    assert (await queue.reserve(make_job(chat_id=2))).ahead == 1
    with pytest.raises(QueueFullError):
        await queue.reserve(make_job(chat_id=3))
    with pytest.raises(QueueFullError):
        await queue.put(make_job(id="c", chat_id=3))
    assert (
        await queue.put(make_job(id="b", chat_id=2))
    ).ahead == 1  # the first one is still expected
    await queue.cancel_reservation(1)
    assert (await queue.put(make_job(id="c", chat_id=3))).ahead == 1


async def test_many_at_once_get_no_more_places_than_there_are(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    queue = make_queue(capacity=4)
    outcomes = await asyncio.gather(
        *(queue.reserve(make_job(chat_id=chat)) for chat in range(9)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Place) for outcome in outcomes) == 4


async def test_what_was_put_outlives_its_process(make_queue: MakeQueue, make_job: MakeJob) -> None:
    job = make_job(id="1")
    await make_queue().put(job)
    message = await taken(make_queue())
    assert Job.model_validate_json(message.body) == job


async def test_a_job_that_is_done_is_known_when_its_update_is_repeated(
    queue: SqliteJobQueue, make_job: MakeJob, clock: Clock
) -> None:
    await queue.put(make_job(id="1"))
    await queue.acknowledge(await taken(queue))
    clock.now += DEDUPLICATION_SECONDS - 1
    await queue.put(make_job(id="1"))
    assert await queue.receive(0, 60) is None
    clock.now += 1
    await queue.put(make_job(id="1"))
    assert (await taken(queue)).deliveries == 1


async def test_who_worked_too_long_does_not_disturb_who_took_over(
    queue: SqliteJobQueue, make_job: MakeJob, clock: Clock
) -> None:
    await queue.put(make_job(id="1"))
    late = await taken(queue)
    clock.now += 60
    current = await taken(queue)
    await queue.acknowledge(late)
    await queue.release(late)
    with pytest.raises(LeaseLostError):
        await queue.extend_visibility(late, 60)
    assert await queue.receive(0, 60) is None
    await queue.extend_visibility(current, 60)


async def test_the_jobs_of_a_process_that_died_come_again_at_once(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    dead, alive = make_queue(owner="dead"), make_queue(owner="alive")
    await alive.put(make_job(id="a", chat_id=1))
    await alive.put(make_job(id="b", chat_id=2))
    await taken(dead)
    await taken(alive)
    assert await alive.release_of("dead") == 1
    again = await taken(alive)
    assert (again.id, again.deliveries) == ("a", 1)  # its work had not begun
    assert await alive.receive(0, 60) is None


async def test_a_job_put_by_another_process_is_seen_within_the_poll(
    make_queue: MakeQueue, make_job: MakeJob
) -> None:
    waiting = asyncio.create_task(make_queue().receive(5, 60))
    await asyncio.sleep(0.05)
    await make_queue().put(make_job(id="1"))
    message = await waiting
    assert message is not None


async def test_a_process_that_is_woken_does_not_wait_for_the_poll(
    make_queue: MakeQueue, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.jobs.sqlite.queue.POLL_SECONDS", 30.0)
    front, worker = make_queue(), make_queue()
    front.subscribe(worker.wake)
    waiting = asyncio.create_task(worker.receive(30, 60))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await front.put(make_job(id="1"))
    assert await waiting is not None
    assert time.monotonic() - began < 2


async def test_a_stop_together_with_news_ends_the_wait(
    queue: SqliteJobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.jobs.sqlite.queue.POLL_SECONDS", 30.0)
    assert await queue.receive(0, 60) is None  # the store is open
    waiting = asyncio.create_task(queue.receive(30, 60))
    await asyncio.sleep(0.2)
    queue.wake()  # a job was acknowledged, say
    waiting.cancel()
    done, _ = await asyncio.wait([waiting], timeout=2)
    assert waiting in done
    assert waiting.cancelled()


async def test_a_store_that_ends_gives_up_the_jobs_that_wait(
    queue: SqliteJobQueue, make_job: MakeJob
) -> None:
    jobs = [make_job(id=str(number), chat_id=number) for number in range(3)]
    for job in jobs:
        await queue.put(job)
    begun = await taken(queue)
    assert await queue.drain() == jobs[1:]
    assert await queue.drain() == []
    await queue.release(begun)
    assert await queue.drain() == jobs[:1]


async def test_of_ones_own_jobs_a_light_one_overtakes_those_that_wait(
    queue: SqliteJobQueue, make_job: MakeJob
) -> None:
    for job_id in ("heavy1", "heavy2"):
        await queue.put(make_job(id=job_id, chat_id=1, effect_code="upscale:4"))
    first = await taken(queue)
    assert await queue.put(make_job(id="light", chat_id=1)) == Place(own=1)
    assert await queue.receive(0, 60) is None  # not the one that runs
    await queue.acknowledge(first)
    assert [first.id, *await done_in_order(queue)] == ["heavy1", "light", "heavy2"]


loads = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["neon:max", "upscale:2"])), max_size=20
)


@settings(deadline=None, max_examples=30)
@given(loads)
def test_the_line_is_what_happens(load: list[tuple[int, str]]) -> None:
    asyncio.run(_check_line(load))


async def _check_line(load: list[tuple[int, str]]) -> None:
    database = Database()
    queue = SqliteJobQueue(database, capacity=100, workers=1)
    for number, (chat, code) in enumerate(load):
        job = JOB.model_copy(update={"id": str(number), "chat_id": chat, "effect_code": code})
        await queue.put(job)
    running = await queue.receive(0, 60)
    while running:
        line = await queue.line(0)
        assert [place.ahead for _, place in line] == list(range(1, len(line) + 1))
        for number, (job, place) in enumerate(line):
            own = [Job.model_validate_json(running.body), *(job for job, _ in line[:number])]
            assert place.own == sum(other.chat_id == job.chat_id for other in own)
        await queue.acknowledge(running)
        running = await queue.receive(0, 60)
        assert [job.id for job, _ in line][:1] == ([running.id] if running else [])
    await database.close()


@settings(deadline=None, max_examples=30)  # the machine may be busy
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 4))
def test_any_load_is_done_in_order_and_beside_each_other(chats: list[int], workers: int) -> None:
    asyncio.run(_check_load(chats, workers))


async def _check_load(chats: list[int], workers: int) -> None:
    database = Database()
    queue = SqliteJobQueue(database, capacity=100, workers=workers)
    put: defaultdict[int, list[str]] = defaultdict(list)
    done: defaultdict[int, list[str]] = defaultdict(list)
    running: set[int] = set()

    async def work() -> None:
        while message := await queue.receive(0, 60):
            job = Job.model_validate_json(message.body)
            assert job.chat_id not in running
            running.add(job.chat_id)
            await asyncio.sleep(0)
            running.remove(job.chat_id)
            done[job.chat_id].append(job.id)
            await queue.acknowledge(message)

    for number, chat in enumerate(chats):
        job = JOB.model_copy(update={"id": str(number), "chat_id": chat})
        await queue.put(job)
        put[chat].append(job.id)
    await asyncio.gather(*(work() for _ in range(workers)))
    assert done == put
    await database.close()
