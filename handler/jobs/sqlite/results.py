"""Results and claims in the store of one machine."""

import sqlite3
import time
from collections.abc import Callable
from functools import partial

from pydantic import ValidationError

from handler.jobs.results import Result
from handler.jobs.sqlite.database import Database


class SqliteResultCache:
    """A :class:`handler.jobs.results.ResultCache` in a :class:`Database`.

    A claim keeps processes apart that live: it need not outlive a power failure, and costs no
    milliseconds of the disk. The methods raise ``sqlite3.Error`` when that is full or broken.

    Args:
        database: shared with the queue.
        capacity: results remembered; beyond it the one used longest ago is forgotten.
        clock: Unix time in seconds, for tests.
    """

    def __init__(
        self, database: Database, capacity: int, clock: Callable[[], float] = time.time
    ) -> None:
        if capacity < 1:
            raise ValueError(f"the capacity must be at least 1, not {capacity}")
        self._database = database
        self._capacity = capacity
        self._clock = clock

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        return await self._database.write(partial(_get, key), durable=False)

    async def put(self, key: str, result: Result) -> None:
        """Remember a result, in place of an older one under the same key."""
        await self._database.write(partial(_put, key, result, self._capacity))

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        await self._database.write(partial(_forget, key))

    async def claim(self, key: str, seconds: float, holder: str = "") -> bool:
        """Claim a piece of work for ``seconds``; False when somebody else holds it already."""
        claim = partial(_claim, key, self._clock(), seconds, holder)
        return await self._database.write(claim, durable=False)

    async def hold(self, key: str, seconds: float, holder: str) -> None:
        """Let a claim last for ``seconds`` from now, if it is still the holder's and not done."""
        hold = partial(_hold, key, self._clock() + seconds, holder)
        await self._database.write(hold, durable=False)

    async def release(self, key: str, holder: str = "") -> None:
        """End a claim, so that the work can be asked for again."""
        await self._database.write(partial(_release, key, holder), durable=False)

    async def release_incomplete(self, prefix: str) -> None:
        """End the claims of processes that have died, on work whose keys begin so."""
        await self._database.write(partial(_release_incomplete, prefix))

    async def complete(self, key: str, seconds: float, holder: str = "") -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        complete = partial(_complete, key, self._clock() + seconds, holder)
        await self._database.write(complete, durable=False)

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        now = self._clock()
        return await self._database.write(partial(_is_complete, key, now), durable=False)


def _get(key: str, db: sqlite3.Connection) -> Result | None:
    row = db.execute("SELECT result FROM sent WHERE key = ?", [key]).fetchone()
    if row is None:
        return None
    db.execute(
        "UPDATE sent SET used = (SELECT max(used) FROM sent) + 1 WHERE key = ?"
        " AND used < (SELECT max(used) FROM sent)",
        [key],
    )
    try:
        return Result.model_validate_json(row[0])
    except ValidationError:  # written by another version: as good as unknown
        return None


def _put(key: str, result: Result, capacity: int, db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT OR REPLACE INTO sent (key, result, used)"
        " VALUES (?, ?, (SELECT coalesce(max(used), 0) + 1 FROM sent))",
        [key, result.model_dump_json(exclude_defaults=True)],
    )
    (count,) = db.execute("SELECT count(*) FROM sent").fetchone()
    db.execute(
        "DELETE FROM sent WHERE key IN (SELECT key FROM sent ORDER BY used LIMIT ?)",
        [max(0, count - capacity)],
    )


def _claim(key: str, now: float, seconds: float, holder: str, db: sqlite3.Connection) -> bool:
    # What nobody released goes with the time: a few thousand at most.
    db.execute("DELETE FROM claims WHERE expires <= ?", [now])
    claimed = db.execute(
        "INSERT INTO claims (key, expires, holder) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE"
        " SET expires = ?2, complete = 0 WHERE holder = ?3 AND holder <> ''",
        [key, now + seconds, holder],
    )
    return claimed.rowcount == 1


def _hold(key: str, expires: float, holder: str, db: sqlite3.Connection) -> None:
    query = "UPDATE claims SET expires = ? WHERE key = ? AND holder = ? AND NOT complete"
    db.execute(query, [expires, key, holder])


def _complete(key: str, expires: float, holder: str, db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT OR REPLACE INTO claims (key, expires, complete, holder) VALUES (?, ?, 1, ?)",
        [key, expires, holder],
    )


def _is_complete(key: str, now: float, db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM claims WHERE key = ? AND complete AND expires > ?"
    return db.execute(query, [key, now]).fetchone() is not None


def _release_incomplete(prefix: str, db: sqlite3.Connection) -> None:
    query = "DELETE FROM claims WHERE NOT complete AND substr(key, 1, ?) = ?"
    db.execute(query, [len(prefix), prefix])


def _forget(key: str, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM sent WHERE key = ?", [key])


def _release(key: str, holder: str, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM claims WHERE key = ? AND ? IN ('', holder)", [key, holder])
