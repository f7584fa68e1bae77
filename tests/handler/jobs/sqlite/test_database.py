"""The file: made when missing, private, refused when it is none of ours, whole after a kill."""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from handler.jobs.sqlite.database import Database, StoreError

ROOT = Path(__file__).parents[4]
WRITER = """
import asyncio, sys
from handler.jobs.sqlite.database import Database

async def main():
    database = Database(sys.argv[1])
    await database.write(lambda db: db.execute("CREATE TABLE numbers (a, b)"))
    for number in range(1_000_000):
        def write(db, number=number):
            db.execute("INSERT INTO numbers VALUES (?, 0)", [number])
            db.execute("UPDATE numbers SET b = a WHERE a = ?", [number])
        await database.write(write)
        print(number, flush=True)

asyncio.run(main())
"""


async def count(database: Database, query: str) -> int:
    return int(await database.write(lambda db: db.execute(query).fetchone()[0]))


async def test_a_file_is_made_for_nobody_elses_eyes(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db")
    await database.write(lambda db: db.execute("DELETE FROM jobs"))
    modes = {name: os.stat(tmp_path / name).st_mode & 0o777 for name in os.listdir(tmp_path)}
    assert set(modes.values()) == {0o600}
    assert "store.db" in modes
    await database.close()


async def test_what_is_promised_is_on_the_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db")
    assert await count(database, "PRAGMA synchronous") == 2  # FULL
    await database.close()
    with sqlite3.connect(tmp_path / "store.db") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_transaction_that_fails_leaves_nothing_behind() -> None:
    database = Database()

    def fail(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO claims (key, expires) VALUES ('key', 0)")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await database.write(fail)
    assert await count(database, "SELECT count(*) FROM claims") == 0
    await database.close()


async def test_a_folder_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"store .*missing/store.db cannot be opened: "):
        await Database(tmp_path / "missing" / "store.db").open()


async def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ada, " * 200)
    with pytest.raises(StoreError, match="cannot be opened"):
        await Database(file).open()
    assert file.read_text() == "Dear Ada, " * 200


async def test_the_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db") as file:
        file.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version"):
        await Database(tmp_path / "store.db").open()


async def test_after_a_kill_everything_that_was_confirmed_is_there(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    writer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITER, str(path)), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert writer.stdout
    confirmed = [await writer.stdout.readline() for _ in range(20)]
    writer.kill()
    confirmed += (await writer.stdout.read()).splitlines()
    await writer.wait()
    database = Database(path)
    stored = await count(database, "SELECT count(*) FROM numbers")
    assert stored in {len(confirmed), len(confirmed) + 1}  # one may be confirmed to nobody
    assert await count(database, "SELECT count(*) FROM numbers WHERE b != a") == 0
    await database.close()


async def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    for number in range(20):
        stores = [Database(tmp_path / f"{number}.db") for _ in range(4)]
        await asyncio.gather(*(store.open() for store in stores))
        await asyncio.gather(*(store.close() for store in stores))
