"""Counters in the store of one machine."""

import sqlite3
import time
from collections.abc import Callable
from functools import partial

from handler.jobs.counters import Quota
from handler.jobs.sqlite.database import Database


class SqliteCounters:
    """:class:`handler.jobs.counters.Counters` in a :class:`Database`.

    Its methods raise ``sqlite3.Error`` when the disk is full or broken.

    Args:
        database: shared with the queue.
        clock: Unix time in seconds, for tests.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def count(self, key: str, quota: Quota) -> float:
        """Count one more; returns 0.0, or how long there is no room for it, seconds."""
        # A power failure may forgive somebody a few.
        return await self._database.write(partial(_count, key, quota, self._clock()), durable=False)

    async def take_back(self, key: str) -> None:
        """Count one less."""
        await self._database.write(partial(_take_back, key), durable=False)


def _count(key: str, quota: Quota, now: float, db: sqlite3.Connection) -> float:
    db.execute("DELETE FROM counters WHERE expires <= ?", [now])
    counted = db.execute(
        "INSERT INTO counters (key, value, expires) VALUES (?, 1, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = value + 1 WHERE value < ?",
        [key, now + quota.seconds, quota.limit],
    )
    if counted.rowcount:
        return 0.0
    (expires,) = db.execute("SELECT expires FROM counters WHERE key = ?", [key]).fetchone()
    return float(expires) - now


def _take_back(key: str, db: sqlite3.Connection) -> None:
    db.execute("UPDATE counters SET value = value - 1 WHERE key = ? AND value > 0", [key])
