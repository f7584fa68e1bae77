"""The job queue in the store of one machine."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from handler.jobs.job import Job
from handler.jobs.queue import LeaseLostError, Message, Place
from handler.jobs.sqlite import deliveries
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.deliveries import MAX_DELIVERIES, Deliveries
from handler.jobs.sqlite.places import Places, line
from handler.waiting import wait_at_most

POLL_SECONDS: Final = 1.0
"""How late a job may be seen that another process put unnoticed, see ``wake``."""
STAY_SECONDS: Final = 30 * 24 * 3600.0
"""How long a press is known while its job is not done; nothing else ends a job than its end."""


class SqliteJobQueue:
    """A bounded :class:`handler.jobs.queue.JobQueue` and :class:`handler.jobs.queue.JobSource`.

    Chats take turns: each time, the next job of the chat that has waited longest for its turn is
    delivered. The jobs of one chat are delivered one after the other, in order, but for light ones,
    which come first.

    A delivery counts as a try when the job's work begins in it, or fails. One that ends with its
    process before that, or because the bot stops, costs the job nothing.

    Several processes may put and receive. Reserved places belong to this object: they end with
    its process.

    Args:
        database: shared with the results.
        capacity: jobs that may wait.
        chat_capacity: jobs of one chat that may wait; by default as many as leave room for others.
        workers: jobs worked on at once, to say how many are before one.
        owner: names the process that receives, for :meth:`release_of`.
        clock: Unix time in seconds, for tests.
    """

    counts_all = False

    def __init__(
        self,
        database: Database,
        *,
        capacity: int,
        chat_capacity: int | None = None,
        workers: int,
        owner: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._places = Places(capacity, chat_capacity, workers, clock)
        self._deliveries = Deliveries(owner or str(os.getpid()), clock)
        self._news = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    async def reserve(self, job: Job) -> Place:
        """Keep a place for a job.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        return await self._database.write(partial(self._places.reserve, job), durable=False)

    async def cancel_reservation(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat."""
        await self._database.write(lambda _: self._places.cancel(chat_id), durable=False)

    async def put(self, job: Job) -> Place:
        """Hand in a job, in the place reserved for its chat if there is one; then it is kept.

        A job that is known by its id, or was done not long ago, is not put again.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        place = await self._database.write(partial(self._put, job))
        self.wake()
        for listener in self._listeners:
            listener()
        return place

    async def withdraw(self, job: Job) -> bool:
        """Take out a job that was cancelled, unless it is worked on; says whether it was there."""
        return await self._database.write(partial(self._deliveries.withdraw, job))

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long a press is known at most, seconds: a job stays until it is done."""
        return STAY_SECONDS + job_seconds

    async def counts(self) -> tuple[int, int]:
        """Count the jobs that wait, for their first or another try, and those in work."""
        return await self._database.write(deliveries.counts, durable=False)

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        """Wait up to ``seconds`` for a job, and hide it from others for ``visibility`` seconds.

        When the task is cancelled, no job stays hidden.
        """
        give_up_at = time.monotonic() + seconds
        while True:
            news = self._news
            message = await self._take_one(visibility)
            left = give_up_at - time.monotonic()
            if message is not None or left <= 0:
                return message
            await wait_at_most(news, min(left, POLL_SECONDS))

    async def begin(self, message: Message) -> None:
        """Count this delivery as a try, whatever becomes of it."""
        await self._database.write(partial(deliveries.begin, message), durable=False)

    async def line(self, chat_id: int) -> list[tuple[Job, Place]]:  # noqa: ARG002  # they take turns
        """Return jobs that wait behind others, and where: of all chats those that are next."""
        return await self._database.write(line, durable=False)

    async def acknowledge(self, message: Message) -> None:
        """Delete a job that is done; it is known for a while."""
        await self._database.write(partial(self._deliveries.finish, message))
        self.wake()  # the next one of its chat

    async def extend_visibility(self, message: Message, seconds: float) -> None:
        """Hide a job from others for ``seconds`` from now on.

        Raises:
            LeaseLostError: another delivery has begun meanwhile.
        """
        hide = partial(self._deliveries.hide, message, seconds)
        if not await self._database.write(hide, durable=False):
            raise LeaseLostError(f"job {message.id} is in other hands")

    async def release(
        self, message: Message, pause: float = 0.0, *, is_failure: bool = True
    ) -> None:
        """Let a job be delivered again after ``pause`` seconds."""
        release = partial(self._deliveries.release, message, pause, is_failure)
        await self._database.write(release)
        self.wake()

    async def release_of(self, owner: str) -> int:
        """Let the jobs of a process that has died be delivered again; returns how many."""
        count = await self._database.write(partial(deliveries.release_of, owner))
        self.wake()
        return count

    async def reject(self, message: Message) -> None:
        """Delete a job that failed for good."""
        await self.acknowledge(message)

    async def max_deliveries(self) -> int:
        """Return :data:`handler.jobs.sqlite.deliveries.MAX_DELIVERIES`.

        Raises:
            StoreError: the store cannot be opened.
        """
        await self._database.open()
        return MAX_DELIVERIES

    async def drain(self) -> list[Job]:
        """Delete and return the jobs that wait: for a store that ends with its process."""
        return await self._database.write(deliveries.drain)

    def wake(self) -> None:
        """Have those who wait in :meth:`receive` look at once; in the event loop."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every job that is put here: to wake another process."""
        self._listeners.append(listener)

    async def _take_one(self, visibility: float) -> Message | None:
        take = self._database.write(partial(self._deliveries.take, visibility), durable=False)
        taking = asyncio.ensure_future(take)
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            if message := await taking:
                await self.release(message)
            raise

    def _put(self, job: Job, db: sqlite3.Connection) -> Place:
        self._places.cancel(job.chat_id)
        if self._deliveries.is_known(job.id, db):
            return Place()
        place = self._places.of(job, db)
        self._deliveries.put(job, db)
        return place
