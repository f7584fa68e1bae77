"""Jobs that have no answer yet, in the store of one machine."""

import sqlite3
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from handler.jobs.job import Job
from handler.jobs.open_jobs import (
    KNOWN_SECONDS,
    OPEN_SECONDS,
    Addition,
    Cancellation,
    State,
    in_order,
)
from handler.jobs.sqlite.database import Database

_INSERT: Final = (
    "INSERT OR IGNORE INTO open_jobs (chat_id, id, person_id, state, body, expires)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


class SqliteOpenJobs:
    """A :class:`handler.jobs.open_jobs.OpenJobs` in a :class:`Database`.

    Its methods raise ``sqlite3.Error`` when the disk is full or broken.

    Args:
        database: shared with the queue.
        clock: Unix time in seconds, for tests.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def add(self, job: Job) -> Addition:
        """Note a job before anything is said about it, or return what is known of it."""
        # The queue's own entry, which follows, is what has to outlive a power failure.
        return await self._database.write(partial(self._add, job), durable=False)

    async def replace(self, job: Job) -> None:
        """Note what has become known of a job."""

        def replace(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE open_jobs SET body = ? WHERE chat_id = ? AND id = ? AND body IS NOT NULL",
                [job.model_dump_json(), job.chat_id, job.id],
            )

        await self._database.write(replace, durable=False)

    async def remove(self, job: Job) -> None:
        """Forget a job of which nothing came."""

        def remove(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM open_jobs WHERE chat_id = ? AND id = ?", [job.chat_id, job.id])

        await self._database.write(remove, durable=False)

    async def cancel(self, chat_id: int, job_id: str, person_id: int) -> Cancellation:
        """Cancel a job for the person whose it is; a job that is not known yet will be."""
        return await self._database.write(partial(self._cancel, chat_id, job_id, person_id))

    async def begin_answer(self, job: Job) -> bool:
        """Say that a job gets its answer now; False when it was cancelled."""
        # After a power failure the job comes again, and is asked for anew.
        return await self._database.write(partial(self._begin_answer, job), durable=False)

    async def is_cancelled(self, job: Job) -> bool:
        """Tell whether a job was cancelled."""
        state = await self._database.write(partial(_state, job.chat_id, job.id), durable=False)
        return state is State.CANCELLED

    async def is_open(self, job: Job) -> bool:
        """Tell whether a job still waits for its answer; one that is not known may."""

        def is_open(db: sqlite3.Connection) -> bool:
            query = (
                "SELECT 1 FROM open_jobs WHERE chat_id = ? AND id = ?"
                " AND (state <> ? OR body IS NULL)"
            )
            return db.execute(query, [job.chat_id, job.id, State.OPEN]).fetchone() is None

        return await self._database.write(is_open, durable=False)

    async def job(self, chat_id: int, job_id: str) -> Job | None:
        """Return a job that is not closed, whatever its state."""

        def find(db: sqlite3.Connection) -> Job | None:
            query = "SELECT body FROM open_jobs WHERE chat_id = ? AND id = ?"
            (body,) = db.execute(query, [chat_id, job_id]).fetchone() or (None,)
            return Job.model_validate_json(body) if body else None

        return await self._database.write(find, durable=False)

    async def of_chat(self, chat_id: int) -> list[Job]:
        """Return a chat's jobs that are open, in the order in which they were asked for."""

        def find(db: sqlite3.Connection) -> list[Job]:
            query = (
                "SELECT body FROM open_jobs"
                " WHERE chat_id = ? AND state = ? AND body IS NOT NULL AND expires > ?"
            )
            rows = db.execute(query, [chat_id, State.OPEN, self._clock()])
            return in_order(Job.model_validate_json(body) for (body,) in rows)

        return await self._database.write(find, durable=False)

    async def close(self, job: Job) -> None:
        """Say that the person has the answer."""

        def close(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE open_jobs SET body = NULL, expires = ? WHERE chat_id = ? AND id = ?",
                [self._clock() + KNOWN_SECONDS, job.chat_id, job.id],
            )

        await self._database.write(close, durable=False)

    def _add(self, job: Job, db: sqlite3.Connection) -> Addition:
        db.execute("DELETE FROM open_jobs WHERE expires <= ?", [self._clock()])
        # A stranger's wish to cancel a job that was not known then counts for nothing.
        db.execute(
            "DELETE FROM open_jobs WHERE chat_id = ? AND id = ? AND person_id <> ?",
            [job.chat_id, job.id, job.person_id],
        )
        if self._insert(job, db):
            return Addition.NEW
        query = "SELECT body IS NULL OR state = ? FROM open_jobs WHERE chat_id = ? AND id = ?"
        (is_over,) = db.execute(query, [State.CANCELLED, job.chat_id, job.id]).fetchone()
        return Addition.CLOSED if is_over else Addition.KNOWN

    def _cancel(
        self, chat_id: int, job_id: str, person_id: int, db: sqlite3.Connection
    ) -> Cancellation:
        unknown = [chat_id, job_id, person_id, State.CANCELLED, None]
        db.execute(_INSERT, [*unknown, self._clock() + OPEN_SECONDS])
        query = "SELECT person_id, state FROM open_jobs WHERE chat_id = ? AND id = ?"
        owner, state = db.execute(query, [chat_id, job_id]).fetchone()
        if owner != person_id:
            return Cancellation.NOT_YOURS
        if state == State.ANSWERED:
            return Cancellation.TOO_LATE
        _set_state(chat_id, job_id, State.CANCELLED, db)
        return Cancellation.DONE

    def _begin_answer(self, job: Job, db: sqlite3.Connection) -> bool:
        self._insert(job, db)
        if _state(job.chat_id, job.id, db) is State.CANCELLED:
            return False
        _set_state(job.chat_id, job.id, State.ANSWERED, db)
        return True

    def _insert(self, job: Job, db: sqlite3.Connection) -> bool:
        """Insert a job, unless it is known; returns whether it was not."""
        known = [job.chat_id, job.id, job.person_id, State.OPEN, job.model_dump_json()]
        return db.execute(_INSERT, [*known, self._clock() + OPEN_SECONDS]).rowcount == 1


def _state(chat_id: int, job_id: str, db: sqlite3.Connection) -> State | None:
    query = "SELECT state FROM open_jobs WHERE chat_id = ? AND id = ?"
    row = db.execute(query, [chat_id, job_id]).fetchone()
    return State(row[0]) if row else None


def _set_state(chat_id: int, job_id: str, state: State, db: sqlite3.Connection) -> None:
    query = "UPDATE open_jobs SET state = ? WHERE chat_id = ? AND id = ?"
    db.execute(query, [state, chat_id, job_id])
