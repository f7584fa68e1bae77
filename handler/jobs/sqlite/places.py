"""Room for jobs in the store of one machine, and how many are before one."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Final

from handler.jobs.job import Job
from handler.jobs.queue import Place, QueueFullError

FIRST_RETRY_SECONDS: Final = 5.0
"""When a full queue is believed to have room, while no job has shown how long one takes."""
LONGEST_RETRY_SECONDS: Final = 60.0
LONGEST_LINE: Final = 50
"""Of so many jobs that wait it is said how many are before them, and again when they are fewer."""


class Places:
    """Bounds the jobs that wait, of a chat and in all; a quarter of the room is never one chat's.

    Reserved places end with this object. Its methods are called in transactions, in the store's
    thread only, so that a place is counted once at any time.

    Args:
        capacity: jobs that may wait.
        chat_capacity: jobs of one chat that may wait; by default as many as leave room for others.
        workers: jobs worked on at once.
        clock: Unix time in seconds.
    """

    def __init__(
        self, capacity: int, chat_capacity: int | None, workers: int, clock: Callable[[], float]
    ) -> None:
        self._capacity = capacity
        self._chat_capacity = min(chat_capacity or capacity, max(1, capacity - capacity // 4))
        self._workers = workers
        self._clock = clock
        self._reserved: Counter[int] = Counter()

    def reserve(self, job: Job, db: sqlite3.Connection) -> Place:
        """Keep a place for a job.

        Raises:
            QueueFullError: no room for it.
        """
        place = self.of(job, db)
        self._reserved[job.chat_id] += 1
        return place

    def cancel(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat, if there is one."""
        self._reserved[chat_id] -= 1
        self._reserved += Counter()  # keeps what is above zero

    def of(self, job: Job, db: sqlite3.Connection) -> Place:
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


def line(db: sqlite3.Connection) -> list[tuple[Job, Place]]:
    """Number the jobs that wait, as chats take turns and light jobs come first."""
    running = Counter(dict(db.execute("SELECT chat_id, count(receipt) FROM jobs GROUP BY chat_id")))
    waiting = db.execute(
        "SELECT chat_id, body, row_number() OVER (PARTITION BY chat_id ORDER BY heavy, position)"
        " AS round FROM jobs JOIN turns USING (chat_id) WHERE receipt IS NULL"
        " ORDER BY round, turn LIMIT ?",
        [LONGEST_LINE],
    )
    in_line = []
    for before, (chat_id, body, number) in enumerate(waiting):
        own = number - 1
        others = before - own + running.total() - running[chat_id]
        place = Place(own + running[chat_id], others)
        if place.ahead:
            in_line.append((Job.model_validate_json(body), place))
    return in_line
