"""Results on one machine are bounded: what was used longest ago goes."""

import pytest

from handler.jobs.results import Result
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.results import SqliteResultCache


def result(file_id: str) -> Result:
    return Result(kind="photo", file_id=file_id)


async def test_beyond_capacity_the_result_used_longest_ago_goes() -> None:
    database = Database()
    cache = SqliteResultCache(database, capacity=2)
    await cache.put("a", result("a"))
    await cache.put("b", result("b"))
    await cache.get("a")
    await cache.put("c", result("c"))
    assert await cache.get("a") == result("a")
    assert await cache.get("b") is None
    assert await cache.get("c") == result("c")
    await cache.put("d", result("d"))
    assert await cache.get("a") is None
    await database.close()


async def test_a_result_of_another_version_is_unknown() -> None:
    database = Database()
    cache = SqliteResultCache(database, capacity=2)
    await cache.put("key", result("a"))
    await database.write(lambda db: db.execute("UPDATE sent SET result = '{}'"))
    assert await cache.get("key") is None
    await database.close()


def test_a_cache_without_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="capacity"):
        SqliteResultCache(Database(), capacity=0)
