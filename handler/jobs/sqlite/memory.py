"""What is remembered of people, in the store of one machine."""

import json
import sqlite3
import time
from collections.abc import Callable
from functools import partial

from handler.jobs.memory import Note, Topic
from handler.jobs.sqlite.database import Database


class SqliteMemory:
    """A :class:`handler.jobs.memory.Memory` in a :class:`Database`.

    Every call deletes the notes whose time is over, everybody's. Its methods raise
    ``sqlite3.Error`` when the disk is full or broken.

    Args:
        database: shared with the queue and the results.
        clock: Unix time in seconds, for tests.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def get(self, person: int, topic: Topic, key: str = "") -> Note | None:
        """Return a note, if it is still known."""
        return (await self.entries(person, topic, key)).get(key)

    async def entries(self, person: int, topic: Topic, prefix: str = "") -> dict[str, Note]:
        """Return a person's notes of a topic whose keys begin so, in the order of their keys."""
        find = partial(_entries, self._clock(), person, topic.name, prefix)
        return await self._database.write(find, durable=False)

    async def put(self, person: int, topic: Topic, note: Note, key: str = "") -> None:
        """Remember a note for the topic's time from now, in place of one under the same key."""
        now = self._clock()
        expires = None if topic.seconds is None else now + topic.seconds
        row = (person, topic.name, key, json.dumps(dict(note)), expires)
        await self._database.write(partial(_put, now, row))

    async def delete(self, person: int, topic: Topic, key: str = "") -> None:
        """Drop a note; one that is not known is no error."""
        await self._database.write(partial(_delete, person, topic.name, key))

    async def forget(self, person: int) -> None:
        """Drop everything that is remembered of a person."""
        await self._database.write(partial(_forget, person))


def _entries(
    now: float, person: int, topic: str, prefix: str, db: sqlite3.Connection
) -> dict[str, Note]:
    _delete_expired(now, db)
    rows = db.execute(
        "SELECT key, note FROM memory WHERE person = ? AND topic = ?"
        " AND substr(key, 1, ?) = ? ORDER BY key",
        [person, topic, len(prefix), prefix],
    )
    return {key: json.loads(note) for key, note in rows}


def _put(now: float, row: tuple[object, ...], db: sqlite3.Connection) -> None:
    _delete_expired(now, db)
    db.execute(
        "INSERT OR REPLACE INTO memory (person, topic, key, note, expires) VALUES (?, ?, ?, ?, ?)",
        row,
    )


def _delete(person: int, topic: str, key: str, db: sqlite3.Connection) -> None:
    db.execute(
        "DELETE FROM memory WHERE person = ? AND topic = ? AND key = ?", [person, topic, key]
    )


def _forget(person: int, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM memory WHERE person = ?", [person])


def _delete_expired(now: float, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM memory WHERE expires <= ?", [now])
