"""The SQLite file, and the one thread of a process that speaks to it."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

IN_MEMORY: Final = ":memory:"
SCHEMA_VERSION: Final = 2
ADDED_COLUMNS: Final = (
    ("claims", "holder", "TEXT NOT NULL DEFAULT ''"),
    ("jobs", "tries", "INTEGER NOT NULL DEFAULT 0"),
    ("jobs", "heavy", "INTEGER NOT NULL DEFAULT 1"),
)
"""What the tables of version 1 lack; whole tables are made where they are missing."""
BUSY_SECONDS: Final = 5.0
"""How long a transaction waits for one of another process; they take milliseconds."""

Work = Callable[[sqlite3.Connection], "T"]
T = TypeVar("T")


class StoreError(Exception):
    """The store cannot be opened; the text is one line for whoever runs the bot."""


class Database:
    """Transactions off the event loop, one at a time in this process.

    Several processes may open the same file: a transaction of one is seen by the others whole or
    not at all. In memory, everything is lost with this object.

    Args:
        path: of the file, which is made by the first use; ``:memory:`` for none.
    """

    def __init__(self, path: Path | str = IN_MEMORY) -> None:
        self.path = str(path)
        self._connection: sqlite3.Connection | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @property
    def is_in_memory(self) -> bool:
        """Whether it ends with the process."""
        return self.path == IN_MEMORY

    async def open(self) -> None:
        """Open the file now, to know that it can be.

        Raises:
            StoreError: it cannot be opened, or a newer version of the bot has written it.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, self._open)

    async def write(self, work: "Work[T]", *, durable: bool = True) -> T:
        """Return what ``work`` returns, in a transaction; what it raises undoes it.

        When the task is cancelled, the transaction is completed all the same.

        Args:
            work: gets the connection, in the store's thread.
            durable: whether it has to outlive a power failure, which costs some milliseconds of
                the disk. The end of a process costs nothing of either kind.

        Raises:
            sqlite3.Error: the disk is full or broken, or another process does not let go.
            StoreError: see :meth:`open`.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._transact, work, durable)

    async def close(self) -> None:
        """Close the file, after what is under way."""
        await asyncio.to_thread(self._executor.shutdown, wait=True)
        if self._connection:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = _opened(self.path)
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"the store {self.path} cannot be opened: {error}") from error
        return self._connection

    def _transact(self, work: "Work[T]", durable: bool) -> T:
        connection = self._open()
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            return work(connection)


def _opened(path: str) -> sqlite3.Connection:
    if path != IN_MEMORY:
        # For nobody else's eyes; SQLite gives the files beside it the same permissions.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _log_ahead(connection)
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Choose the write-ahead log, which a new file does not have yet.

    SQLite does not wait by itself for another process that does the same
    (https://www.sqlite.org/c3ref/busy_handler.html: where waiting could be for ever).
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables of a new file, and bring those of an older version up to date."""
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise StoreError(f"the store {path} was written by a newer version of the bot")
    if version < SCHEMA_VERSION:
        schema = Path(__file__).with_name("schema.sql").read_text()
        with connection:
            connection.execute("BEGIN IMMEDIATE")  # another process may do the same
            for table, column, kind in ADDED_COLUMNS:
                columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
                if columns and column not in {name for _, name, *_ in columns}:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
            for statement in _statements(schema):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    """Split a script, since SQLite's own way to run one ends the transaction first."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):  # no semicolon of a comment
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
