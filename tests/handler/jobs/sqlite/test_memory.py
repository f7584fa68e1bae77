"""What is over leaves the file, whoever's it was."""

from pathlib import Path

from handler.jobs.memory import SETTINGS, WISH
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.memory import SqliteMemory
from tests.handler.clock import Clock


async def test_what_is_over_is_deleted_whoever_asks_next(database: Database, clock: Clock) -> None:
    memory = SqliteMemory(database, clock)
    await memory.put(1, WISH, {"n": 1})
    await memory.put(1, SETTINGS, {"n": 2})
    clock.now += 3601
    await memory.get(2, SETTINGS)
    rows = await database.write(
        lambda db: db.execute("SELECT person, topic FROM memory").fetchall()
    )
    assert rows == [(1, "settings")]


async def test_the_file_of_the_version_before_gets_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    before = Database(path)
    await before.write(lambda db: db.execute("INSERT INTO claims (key, expires) VALUES ('a', 9)"))
    await before.write(lambda db: db.execute("DROP TABLE memory"))
    await before.write(lambda db: db.execute("PRAGMA user_version = 1"))
    await before.close()
    now = Database(path)
    memory = SqliteMemory(now)
    await memory.put(1, SETTINGS, {"n": 1})
    assert await memory.get(1, SETTINGS) == {"n": 1}
    assert await now.write(lambda db: db.execute("SELECT key FROM claims").fetchall()) == [("a",)]
    await now.close()
