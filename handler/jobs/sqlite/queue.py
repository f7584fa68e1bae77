"""The job queue in the store of one machine."""

import asyncio
import os
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from handler.jobs.job import Job
from handler.jobs.queue import LeaseLostError, Message, Place, QueueFullError
from handler.jobs.sqlite.database import Database
from handler.waiting import wait_at_most

MAX_DELIVERIES: Final = 3
"""How often a job is tried before the person is told that it fails."""
MAX_KILLS: Final = 20
"""How often a job is delivered whose workers die before its work begins."""
DEDUPLICATION_SECONDS: Final = 3600.0
"""How long a job that is done is known: longer than Telegram goes on repeating a press."""
POLL_SECONDS: Final = 1.0
"""How late a job may be seen that another process put unnoticed, see ``wake``."""
STAY_SECONDS: Final = 30 * 24 * 3600.0
"""How long a press is known while its job is not done; nothing else ends a job than its end."""
FIRST_RETRY_SECONDS: Final = 5.0
"""When a full queue is believed to have room, while no job has shown how long one takes."""
LONGEST_RETRY_SECONDS: Final = 60.0
LONGEST_LINE: Final = 50
"""Of so many jobs that wait it is said how many are before them, and again when they are fewer."""


class SqliteJobQueue:
    """A bounded :class:`handler.jobs.queue.JobQueue` and :class:`handler.jobs.queue.JobSource`.

    Chats take turns: each time, the next job of the chat that has waited longest for its turn is
    delivered. The jobs of one chat are delivered one after the other, in order, but for light ones,
    which come first. However much a chat
    may have waiting, a quarter of the room is kept for the others.

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
        self._capacity = capacity
        self._chat_capacity = min(chat_capacity or capacity, max(1, capacity - capacity // 4))
        self._workers = workers
        self._owner = owner or str(os.getpid())
        self._clock = clock
        # Touched in the store's thread only, so that a place is counted once at any time.
        self._reserved: Counter[int] = Counter()
        self._news = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    async def reserve(self, job: Job) -> Place:
        """Keep a place for a job.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        return await self._database.write(partial(self._reserve, job), durable=False)

    async def cancel_reservation(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat."""

        def cancel(_: sqlite3.Connection) -> None:
            self._unreserve(chat_id)

        await self._database.write(cancel, durable=False)

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
        return await self._database.write(partial(self._withdraw, job))

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long a press is known at most, seconds: a job stays until it is done."""
        return STAY_SECONDS + job_seconds

    async def counts(self) -> tuple[int, int]:
        """Count the jobs that wait, for their first or another try, and those in work."""
        return await self._database.write(_counts, durable=False)

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
        await self._database.write(partial(_set_tries, message, message.deliveries), durable=False)

    async def line(self, chat_id: int) -> list[tuple[Job, Place]]:  # noqa: ARG002  # they take turns
        """Return jobs that wait behind others, and where: of all chats those that are next."""
        return await self._database.write(_line, durable=False)

    async def acknowledge(self, message: Message) -> None:
        """Delete a job that is done; it is known for :data:`DEDUPLICATION_SECONDS`."""
        await self._database.write(partial(self._finish, message))
        self.wake()  # the next one of its chat

    async def extend_visibility(self, message: Message, seconds: float) -> None:
        """Hide a job from others for ``seconds`` from now on.

        Raises:
            LeaseLostError: another delivery has begun meanwhile.
        """
        change = partial(_set_visible, message, self._clock() + seconds, message.receipt)
        if not await self._database.write(change, durable=False):
            raise LeaseLostError(f"job {message.id} is in other hands")

    async def release(
        self, message: Message, pause: float = 0.0, *, is_failure: bool = True
    ) -> None:
        """Let a job be delivered again after ``pause`` seconds."""

        def release(db: sqlite3.Connection) -> None:
            if is_failure:
                _set_tries(message, message.deliveries, db)
            else:
                _uncount(message, db)
            _set_visible(message, self._clock() + pause, None, db)

        await self._database.write(release)
        self.wake()

    async def release_of(self, owner: str) -> int:
        """Let the jobs of a process that has died be delivered again; returns how many."""
        count = await self._database.write(partial(_release_of, owner))
        self.wake()
        return count

    async def reject(self, message: Message) -> None:
        """Delete a job that failed for good."""
        await self.acknowledge(message)

    async def max_deliveries(self) -> int:
        """Return :data:`MAX_DELIVERIES`.

        Raises:
            StoreError: the store cannot be opened.
        """
        await self._database.open()
        return MAX_DELIVERIES

    async def drain(self) -> list[Job]:
        """Delete and return the jobs that wait: for a store that ends with its process."""
        bodies = await self._database.write(_drain)
        return [Job.model_validate_json(body) for body in bodies]

    def wake(self) -> None:
        """Have those who wait in :meth:`receive` look at once; in the event loop."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every job that is put here: to wake another process."""
        self._listeners.append(listener)

    async def _take_one(self, visibility: float) -> Message | None:
        take = self._database.write(partial(self._take, visibility), durable=False)
        taking = asyncio.ensure_future(take)
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            if message := await taking:
                await self.release(message)
            raise

    def _reserve(self, job: Job, db: sqlite3.Connection) -> Place:
        place = self._place(job, db)
        self._reserved[job.chat_id] += 1
        return place

    def _unreserve(self, chat_id: int) -> None:
        self._reserved[chat_id] -= 1
        self._reserved += Counter()  # keeps what is above zero

    def _put(self, job: Job, db: sqlite3.Connection) -> Place:
        self._unreserve(job.chat_id)
        if self._is_known(job.id, db):
            return Place()
        place = self._place(job, db)
        own = "SELECT 1 FROM jobs WHERE chat_id = ? AND receipt IS NULL"
        if db.execute(own, [job.chat_id]).fetchone() is None:
            _move_to_end(job.chat_id, db)
        db.execute(
            "INSERT INTO jobs (id, chat_id, heavy, body) VALUES (?, ?, ?, ?)",
            [job.id, job.chat_id, not job.effect.is_light, job.model_dump_json()],
        )
        return place

    def _is_known(self, job_id: str, db: sqlite3.Connection) -> bool:
        db.execute("DELETE FROM finished WHERE expires <= ?", [self._clock()])
        query = "SELECT 1 FROM jobs WHERE id = ? UNION ALL SELECT 1 FROM finished WHERE id = ?"
        return db.execute(query, [job_id, job_id]).fetchone() is not None

    def _place(self, job: Job, db: sqlite3.Connection) -> Place:
        """Count the jobs that are begun, or may be, before a new one.

        Raises:
            QueueFullError: no room for it.
        """
        chat_id = job.chat_id
        places = Counter(self._reserved)
        running: Counter[int] = Counter()
        query = (
            "SELECT chat_id, count(*) - count(receipt), count(receipt) FROM jobs GROUP BY chat_id"
        )
        for chat, waiting, in_work in db.execute(query):
            places[chat] += waiting
            running[chat] += in_work
        places, running = +places, +running  # those above zero
        own = places[chat_id]
        if own >= self._chat_capacity:
            raise QueueFullError(self._seconds_until_room(db), own=own)
        if places.total() >= self._capacity:
            raise QueueFullError(self._seconds_until_room(db))
        busy = {*running, *places}
        if chat_id not in busy and len(busy) < self._workers:
            return Place()
        if job.effect.is_light:  # it overtakes those that are not
            query = "SELECT count(*) FROM jobs WHERE chat_id = ? AND heavy AND receipt IS NULL"
            (overtaken,) = db.execute(query, [chat_id]).fetchone()
            own -= overtaken
        in_work = running[chat_id]
        before = sum(min(n, own + 1) for chat, n in places.items() if chat != chat_id)
        return Place(own + in_work, before + running.total() - in_work)

    def _seconds_until_room(self, db: sqlite3.Connection) -> float:
        """Estimate when the next of the running jobs ends, from how long the running ones take."""
        query = "SELECT avg(? - taken_at) FROM jobs WHERE receipt IS NOT NULL"
        (average,) = db.execute(query, [self._clock()]).fetchone()
        seconds = FIRST_RETRY_SECONDS if average is None else average / self._workers
        return min(max(1.0, seconds), LONGEST_RETRY_SECONDS)

    def _take(self, visibility: float, db: sqlite3.Connection) -> Message | None:
        now = self._clock()
        row = db.execute(
            "SELECT id, chat_id, body, deliveries, tries FROM jobs JOIN turns USING (chat_id)"
            " WHERE position IN (SELECT min(position) FROM jobs GROUP BY chat_id, heavy)"
            " AND visible_at <= ?1 AND NOT EXISTS (SELECT 1 FROM jobs AS own"
            " WHERE own.chat_id = jobs.chat_id AND own.receipt IS NOT NULL"
            " AND own.visible_at > ?1) ORDER BY turn, heavy LIMIT 1",
            [now],
        ).fetchone()
        if row is None:
            return None
        job_id, chat_id, body, deliveries, tries = row
        if deliveries >= MAX_KILLS + tries:
            tries = MAX_DELIVERIES
        message = Message(job_id, body, receipt=uuid.uuid4().hex, deliveries=tries + 1)
        db.execute(
            "UPDATE jobs SET deliveries = deliveries + 1, visible_at = ?, receipt = ?, owner = ?,"
            " taken_at = ? WHERE id = ?",
            [now + visibility, message.receipt, self._owner, now, job_id],
        )
        _move_to_end(chat_id, db)
        return message

    def _withdraw(self, job: Job, db: sqlite3.Connection) -> bool:
        query = "DELETE FROM jobs WHERE id = ? AND receipt IS NULL RETURNING chat_id"
        deleted = db.execute(query, [job.id]).fetchone()
        if deleted:
            self._note_end(job.id, deleted, db)
        return deleted is not None

    def _finish(self, message: Message, db: sqlite3.Connection) -> None:
        deleted = db.execute(
            "DELETE FROM jobs WHERE id = ? AND receipt = ? RETURNING chat_id",
            [message.id, message.receipt],
        ).fetchone()
        if deleted is None:
            return  # it is in other hands, and done twice
        self._note_end(message.id, deleted, db)

    def _note_end(self, job_id: str, deleted: tuple[int], db: sqlite3.Connection) -> None:
        """Remember a job that is deleted, and forget the turn of a chat that has no other."""
        db.execute(
            "INSERT OR REPLACE INTO finished (id, expires) VALUES (?, ?)",
            [job_id, self._clock() + DEDUPLICATION_SECONDS],
        )
        db.execute(
            "DELETE FROM turns WHERE chat_id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM jobs WHERE chat_id = ?1)",
            deleted,
        )


def _move_to_end(chat_id: int, db: sqlite3.Connection) -> None:
    """Let a chat's turn come after that of all others."""
    db.execute(
        "INSERT OR REPLACE INTO turns (chat_id, turn)"
        " VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM turns))",
        [chat_id],
    )


def _set_tries(message: Message, tries: int, db: sqlite3.Connection) -> None:
    changed = "UPDATE jobs SET tries = ? WHERE id = ? AND receipt = ?"
    db.execute(changed, [tries, message.id, message.receipt])


def _uncount(message: Message, db: sqlite3.Connection) -> None:
    """Let it be as if the delivery had not been."""
    changed = "UPDATE jobs SET tries = ?, deliveries = deliveries - 1 WHERE id = ? AND receipt = ?"
    db.execute(changed, [message.deliveries - 1, message.id, message.receipt])


def _set_visible(
    message: Message, visible_at: float, receipt: str | None, db: sqlite3.Connection
) -> bool:
    changed = db.execute(
        "UPDATE jobs SET visible_at = ?, receipt = ? WHERE id = ? AND receipt = ?",
        [visible_at, receipt, message.id, message.receipt],
    )
    return changed.rowcount == 1


def _release_of(owner: str, db: sqlite3.Connection) -> int:
    return db.execute(
        "UPDATE jobs SET visible_at = 0, receipt = NULL WHERE owner = ? AND receipt IS NOT NULL",
        [owner],
    ).rowcount


def _counts(db: sqlite3.Connection) -> tuple[int, int]:
    query = "SELECT count(*) - count(receipt), count(receipt) FROM jobs"
    waiting, in_work = db.execute(query).fetchone()
    return waiting, in_work


def _line(db: sqlite3.Connection) -> list[tuple[Job, Place]]:
    """Number the jobs that wait, as chats take turns and light jobs come first."""
    running = Counter(dict(db.execute("SELECT chat_id, count(receipt) FROM jobs GROUP BY chat_id")))
    waiting = db.execute(
        "SELECT chat_id, body, row_number() OVER (PARTITION BY chat_id ORDER BY heavy, position)"
        " AS round FROM jobs JOIN turns USING (chat_id) WHERE receipt IS NULL"
        " ORDER BY round, turn LIMIT ?",
        [LONGEST_LINE],
    )
    line = []
    for before, (chat_id, body, number) in enumerate(waiting):
        own = number - 1
        others = before - own + running.total() - running[chat_id]
        place = Place(own + running[chat_id], others)
        if place.ahead:
            line.append((Job.model_validate_json(body), place))
    return line


def _drain(db: sqlite3.Connection) -> list[str]:
    waiting = "SELECT body FROM jobs WHERE receipt IS NULL ORDER BY position"
    bodies = [body for (body,) in db.execute(waiting)]
    db.execute("DELETE FROM jobs WHERE receipt IS NULL")
    db.execute("DELETE FROM turns WHERE chat_id NOT IN (SELECT chat_id FROM jobs)")
    return bodies
