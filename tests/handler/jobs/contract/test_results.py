"""What every memory for results promises, wherever it is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handler.aws.dynamodb import DynamoResultCache
from handler.jobs.results import Result, ResultCache
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.results import SqliteResultCache
from tests.aws import Aws
from tests.handler.clock import Clock

PHOTO = Result(kind="photo", file_id="AgAC")
DOCUMENT = Result(kind="document", file_id="BQAC", reduced=True)


@pytest.fixture(params=["sqlite", "dynamodb"])
async def caches(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[ResultCache, ResultCache]]:
    """The same memory, as two processes have it."""
    if request.param == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        table = aws.table()
        yield DynamoResultCache(table, clock=clock), DynamoResultCache(table, clock=clock)
    else:
        databases = [Database(tmp_path / "store.db") for _ in range(2)]
        here, there = (SqliteResultCache(database, 10, clock=clock) for database in databases)
        yield here, there
        for database in databases:
            await database.close()


@pytest.fixture
def cache(caches: tuple[ResultCache, ResultCache]) -> ResultCache:
    return caches[0]


@pytest.fixture
def elsewhere(caches: tuple[ResultCache, ResultCache]) -> ResultCache:
    return caches[1]


async def test_a_result_is_known_everywhere_until_it_is_forgotten(
    cache: ResultCache, elsewhere: ResultCache
) -> None:
    assert await cache.get("key") is None
    await cache.put("key", PHOTO)
    assert await elsewhere.get("key") == PHOTO
    await elsewhere.put("key", DOCUMENT)
    assert await cache.get("key") == DOCUMENT
    assert await cache.get("other") is None
    await cache.forget("key")
    await elsewhere.forget("key")
    assert await elsewhere.get("key") is None


async def test_a_claim_is_exclusive_until_released(
    cache: ResultCache, elsewhere: ResultCache
) -> None:
    assert await cache.claim("key", 60)
    assert not await cache.claim("key", 60)
    assert not await elsewhere.claim("key", 60)
    assert await elsewhere.claim("other", 60)
    await elsewhere.release("key")
    await elsewhere.release("key")
    assert await cache.claim("key", 60)


async def test_an_expired_claim_is_free_for_one(cache: ResultCache, clock: Clock) -> None:
    assert await cache.claim("key", 60)
    clock.now += 59
    assert not await cache.claim("key", 60)
    clock.now += 2
    assert await cache.claim("key", 60)
    assert not await cache.claim("key", 60)


async def test_of_many_at_once_one_gets_the_claim(
    cache: ResultCache, elsewhere: ResultCache
) -> None:
    claims = [where.claim("key", 60) for where in (cache, elsewhere) for _ in range(6)]
    assert sorted(await asyncio.gather(*claims)) == [False] * 11 + [True]


async def test_work_that_is_done_is_told_from_work_that_is_claimed(
    cache: ResultCache, elsewhere: ResultCache, clock: Clock
) -> None:
    assert not await elsewhere.is_complete("key")
    await cache.claim("key", 60)
    assert not await elsewhere.is_complete("key")
    await cache.complete("key", 600)
    clock.now += 599
    assert await elsewhere.is_complete("key")
    assert not await elsewhere.claim("key", 60)
    clock.now += 2
    assert not await elsewhere.is_complete("key")
    assert await elsewhere.claim("key", 60)
    assert not await elsewhere.is_complete("key")


async def test_who_holds_a_claim_may_claim_again(
    cache: ResultCache, elsewhere: ResultCache, clock: Clock
) -> None:
    assert await cache.claim("key", 60, "a")
    assert await elsewhere.claim("key", 60, "a")
    assert not await elsewhere.claim("key", 60, "b")
    assert not await elsewhere.claim("key", 60)
    await cache.complete("key", 600, "a")
    clock.now += 500
    assert not await elsewhere.claim("key", 60, "b")
    assert await elsewhere.claim("key", 60, "a")
    clock.now += 61
    assert await cache.claim("key", 60)
    assert not await cache.claim("key", 60)
    assert not await cache.claim("key", 60, "a")


async def test_a_claim_is_held_for_longer_by_its_holder(
    cache: ResultCache, elsewhere: ResultCache, clock: Clock
) -> None:
    assert await cache.claim("key", 60, "a")
    await cache.hold("key", 600, "b")
    await elsewhere.hold("key", 600, "a")
    clock.now += 599
    assert not await cache.claim("key", 60, "b")
    clock.now += 2
    assert await cache.claim("key", 60, "b")
    await cache.hold("key", 600, "a")
    clock.now += 61
    assert await cache.claim("key", 60, "c")


async def test_a_claim_that_was_released_or_is_done_is_not_held(
    cache: ResultCache, clock: Clock
) -> None:
    """The worker was quicker than whoever has handed the job in."""
    await cache.claim("done", 60, "a")
    await cache.complete("done", 2, "a")
    await cache.hold("done", 600, "a")
    await cache.claim("released", 60, "a")
    await cache.release("released")
    await cache.hold("released", 600, "a")
    assert await cache.claim("released", 60, "b")
    clock.now += 3
    assert await cache.claim("done", 60, "b")


async def test_a_claim_is_released_for_its_holder_alone(
    cache: ResultCache, elsewhere: ResultCache
) -> None:
    assert await cache.claim("key", 60, "a")
    await elsewhere.release("key", "b")
    assert not await cache.claim("key", 60, "b")
    await elsewhere.release("key", "a")
    await elsewhere.hold("key", 60, "a")
    assert await cache.claim("key", 60, "b")
    await elsewhere.release("key", "a")
    assert not await elsewhere.claim("key", 60)
    await elsewhere.release("nothing", "a")
    assert await elsewhere.claim("nothing", 60)
