"""What becomes of jobs in the store of one machine: put, delivered, and at last deleted."""

import sqlite3
import uuid
from collections.abc import Callable
from typing import Final

from handler.jobs.job import Job
from handler.jobs.queue import Message

MAX_DELIVERIES: Final = 3
"""How often a job is tried before the person is told that it fails."""
MAX_KILLS: Final = 20
"""How often a job is delivered whose workers die before its work begins."""
DEDUPLICATION_SECONDS: Final = 3600.0
"""How long a job that is done is known: longer than Telegram goes on repeating a press."""


class Deliveries:
    """Delivers jobs; its methods are called in transactions.

    Args:
        owner: names the process that takes jobs.
        clock: Unix time in seconds.
    """

    def __init__(self, owner: str, clock: Callable[[], float]) -> None:
        self._owner = owner
        self._clock = clock

    def is_known(self, job_id: str, db: sqlite3.Connection) -> bool:
        """Tell whether a job is there, or was done not long ago."""
        db.execute("DELETE FROM finished WHERE expires <= ?", [self._clock()])
        query = "SELECT 1 FROM jobs WHERE id = ? UNION ALL SELECT 1 FROM finished WHERE id = ?"
        return db.execute(query, [job_id, job_id]).fetchone() is not None

    def put(self, job: Job, db: sqlite3.Connection) -> None:
        """Insert a job; the turn of a chat that has no other comes after that of all others."""
        own = "SELECT 1 FROM jobs WHERE chat_id = ? AND receipt IS NULL"
        if db.execute(own, [job.chat_id]).fetchone() is None:
            _move_to_end(job.chat_id, db)
        db.execute(
            "INSERT INTO jobs (id, chat_id, heavy, body) VALUES (?, ?, ?, ?)",
            [job.id, job.chat_id, not job.effect.is_light, job.model_dump_json()],
        )

    def take(self, visibility: float, db: sqlite3.Connection) -> Message | None:
        """Deliver the next job, and hide it for so many seconds; None when none waits."""
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

    def hide(self, message: Message, seconds: float, db: sqlite3.Connection) -> bool:
        """Hide a job for so many seconds from now on; False when it is in other hands."""
        changed = "UPDATE jobs SET visible_at = ? WHERE id = ? AND receipt = ?"
        values = [self._clock() + seconds, message.id, message.receipt]
        return db.execute(changed, values).rowcount == 1

    def release(
        self, message: Message, pause: float, is_failure: bool, db: sqlite3.Connection
    ) -> None:
        """Let a job be delivered again; if this was no failure, as if it had not been delivered."""
        db.execute(
            "UPDATE jobs SET visible_at = ?, receipt = NULL, tries = ?, deliveries = deliveries - ?"
            " WHERE id = ? AND receipt = ?",
            [
                self._clock() + pause,
                message.deliveries if is_failure else message.deliveries - 1,
                not is_failure,
                message.id,
                message.receipt,
            ],
        )

    def finish(self, message: Message, db: sqlite3.Connection) -> None:
        """Delete a job that is done, unless it is in other hands: then it is done twice."""
        self._delete("receipt = ?", [message.id, message.receipt], db)

    def withdraw(self, job: Job, db: sqlite3.Connection) -> bool:
        """Delete a job that nobody works on; says whether it was there."""
        return self._delete("receipt IS NULL", [job.id], db)

    def _delete(self, condition: str, values: list[str], db: sqlite3.Connection) -> bool:
        """Delete a job, but remember it; forget the turn of a chat that has no other."""
        deleted = db.execute(
            f"DELETE FROM jobs WHERE id = ? AND {condition} RETURNING chat_id",  # noqa: S608  # nosec B608  # of two
            values,
        ).fetchone()
        if deleted is None:
            return False
        db.execute(
            "INSERT OR REPLACE INTO finished (id, expires) VALUES (?, ?)",
            [values[0], self._clock() + DEDUPLICATION_SECONDS],
        )
        db.execute(
            "DELETE FROM turns WHERE chat_id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM jobs WHERE chat_id = ?1)",
            deleted,
        )
        return True


def begin(message: Message, db: sqlite3.Connection) -> None:
    """Count a delivery as a try, whatever becomes of it."""
    changed = "UPDATE jobs SET tries = ? WHERE id = ? AND receipt = ?"
    db.execute(changed, [message.deliveries, message.id, message.receipt])


def release_of(owner: str, db: sqlite3.Connection) -> int:
    """Let the jobs of a process be delivered again; returns how many."""
    return db.execute(
        "UPDATE jobs SET visible_at = 0, receipt = NULL WHERE owner = ? AND receipt IS NOT NULL",
        [owner],
    ).rowcount


def counts(db: sqlite3.Connection) -> tuple[int, int]:
    """Count the jobs that wait and those in work."""
    query = "SELECT count(*) - count(receipt), count(receipt) FROM jobs"
    waiting, in_work = db.execute(query).fetchone()
    return waiting, in_work


def drain(db: sqlite3.Connection) -> list[Job]:
    """Delete and return the jobs that wait."""
    waiting = "SELECT body FROM jobs WHERE receipt IS NULL ORDER BY position"
    bodies = [body for (body,) in db.execute(waiting)]
    db.execute("DELETE FROM jobs WHERE receipt IS NULL")
    db.execute("DELETE FROM turns WHERE chat_id NOT IN (SELECT chat_id FROM jobs)")
    return [Job.model_validate_json(body) for body in bodies]


def _move_to_end(chat_id: int, db: sqlite3.Connection) -> None:
    """Let a chat's turn come after that of all others."""
    db.execute(
        "INSERT OR REPLACE INTO turns (chat_id, turn)"
        " VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM turns))",
        [chat_id],
    )
