"""A job queue inside the bot's own process."""

import asyncio
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable
from functools import partial

from handler.jobs.job import Job
from handler.jobs.queue import QueueFullError

logger = logging.getLogger(__name__)

JobCallback = Callable[[Job], Awaitable[None]]

_ASSUMED_SECONDS = 10.0
"""Duration of a job, before any was measured."""
_MEASURED_JOBS = 20
_WITH_TRANSFERS = 3
"""A job with its download and delivery takes at most so many times what its effect may take."""


class LocalJobQueue:
    """A bounded :class:`handler.jobs.queue.JobQueue` that works off its jobs itself.

    Chats take turns: each time, the next job of the chat that has waited longest for its turn is
    started. The jobs of one chat run one after the other, in order, and while one of them waits
    for that it takes no worker's place. A quarter of the room is kept for chats that have
    nothing waiting, so that one person cannot fill the queue.

    Everything happens in the event loop that :meth:`start` is called in.

    Args:
        process: works on a job; what it raises is logged.
        capacity: jobs that may wait.
        workers: jobs worked on at once.
        on_dropped: told of every job that :meth:`stop` leaves undone.
    """

    def __init__(
        self,
        process: JobCallback,
        capacity: int,
        workers: int,
        on_dropped: JobCallback | None = None,
    ) -> None:
        self._process = process
        self._capacity = capacity
        self._chat_capacity = max(1, capacity - capacity // 4)
        self._workers = workers
        self._on_dropped = on_dropped
        self._waiting: OrderedDict[int, deque[Job]] = OrderedDict()
        self._reserved: Counter[int] = Counter()
        self._running: dict[int, tuple[Job, asyncio.Task[None]]] = {}
        self._durations: deque[float] = deque(maxlen=_MEASURED_JOBS)
        self._started = False
        self._stopped = False

    @property
    def waiting(self) -> int:
        """Jobs not begun yet."""
        return sum(len(jobs) for jobs in self._waiting.values())

    @property
    def running(self) -> int:
        """Jobs being worked on."""
        return len(self._running)

    def start(self) -> None:
        """Begin to work; jobs handed in before have waited for this."""
        self._started = True
        self._dispatch()

    async def reserve(self, chat_id: int) -> int:
        """Keep a place for a job of a chat; returns how many jobs are before it.

        Raises:
            QueueFullError: no room, for this chat or at all, or the queue is stopped.
        """
        own = self._places(chat_id)
        taken = self.waiting + self._reserved.total()
        if self._stopped or taken >= self._capacity or own >= self._chat_capacity:
            raise QueueFullError(self._seconds_until_room())
        ahead = 0 if self._starts_at_once(chat_id) else self._jobs_before(chat_id)
        self._reserved[chat_id] += 1
        return ahead

    async def release(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat."""
        self._reserved[chat_id] -= 1
        self._reserved += Counter()  # keeps what is above zero

    async def put(self, job: Job) -> int:
        """Hand in a job, in the place reserved for its chat if there is one.

        Returns:
            How many jobs are before it; 0 when it starts at once.

        Raises:
            QueueFullError: no room, for this chat or at all, or the queue is stopped.
        """
        await self.release(job.chat_id)
        ahead = await self.reserve(job.chat_id)
        await self.release(job.chat_id)
        self._waiting.setdefault(job.chat_id, deque()).append(job)
        self._dispatch()
        return ahead

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long a job may take when it is the last of a full queue, seconds.

        The longest jobs are reckoned with, one after the other: they share the networks.
        """
        return _WITH_TRANSFERS * job_seconds * (self._capacity + self._workers)

    async def stop(self, grace: float) -> None:
        """Begin no more jobs, give the running ones ``grace`` seconds, then cancel and drop.

        Returns when nothing runs any more and ``on_dropped`` knows of every job left undone.
        """
        self._stopped = True
        running = list(self._running.values())
        left_over = [job for jobs in self._waiting.values() for job in jobs]
        self._waiting.clear()
        if running:
            _, late = await asyncio.wait([task for _, task in running], timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            left_over = [job for job, task in running if task.cancelled()] + left_over
        await asyncio.gather(*(self._drop(job) for job in left_over))

    def _dispatch(self) -> None:
        """Start what can be started."""
        while self._started and not self._stopped and len(self._running) < self._workers:
            chat_id = next((chat for chat in self._waiting if chat not in self._running), None)
            if chat_id is None:
                return
            job = self._take(chat_id)
            task = asyncio.create_task(self._run(job), name=f"job-{job.id}")
            self._running[chat_id] = (job, task)
            task.add_done_callback(partial(self._finished, chat_id))

    def _take(self, chat_id: int) -> Job:
        """Take the next job of a chat, whose turn then is after that of all other chats."""
        jobs = self._waiting[chat_id]
        job = jobs.popleft()
        if jobs:
            self._waiting.move_to_end(chat_id)
        else:
            del self._waiting[chat_id]
        return job

    async def _run(self, job: Job) -> None:
        began = time.monotonic()
        try:
            await self._process(job)
        except Exception:
            logger.exception("job %s failed without an explanation to the person", job.id)
        finally:
            self._durations.append(time.monotonic() - began)

    def _finished(self, chat_id: int, _: asyncio.Task[None]) -> None:
        del self._running[chat_id]
        self._dispatch()

    async def _drop(self, job: Job) -> None:
        logger.warning("job %s dropped: the queue stops", job.id)
        if self._on_dropped is None:
            return
        try:
            await self._on_dropped(job)
        except Exception:
            logger.exception("job %s: dropping it failed", job.id)

    def _places(self, chat_id: int) -> int:
        """Count the places that a chat has: for jobs that wait, and reserved ones."""
        return len(self._waiting.get(chat_id, ())) + self._reserved[chat_id]

    def _starts_at_once(self, chat_id: int) -> bool:
        busy = {*self._running, *self._waiting, *self._reserved}
        return self._started and chat_id not in busy and len(busy) < self._workers

    def _jobs_before(self, chat_id: int) -> int:
        """Count the jobs that are begun, or may be, before a new one of this chat."""
        own = self._places(chat_id)
        others = {*self._waiting, *self._reserved} - {chat_id}
        before = sum(min(self._places(chat), own + 1) for chat in others)
        return own + before + len(self._running)

    def _seconds_until_room(self) -> float:
        """Estimate when the next of the running jobs ends, from how long recent ones took."""
        known = self._durations
        average = sum(known) / len(known) if known else _ASSUMED_SECONDS
        return max(1.0, average / self._workers)
