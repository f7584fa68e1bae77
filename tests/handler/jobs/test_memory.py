"""Results and claims in memory: bounded, exclusive, expiring."""

import pytest

from handler.jobs.memory import MemoryResultCache
from handler.jobs.results import Result


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def result(file_id: str) -> Result:
    return Result(kind="photo", file_id=file_id)


async def test_a_result_is_known_until_it_is_forgotten() -> None:
    cache = MemoryResultCache(capacity=2)
    await cache.put("key", result("a"))
    assert await cache.get("key") == result("a")
    await cache.put("key", result("b"))
    assert await cache.get("key") == result("b")
    await cache.forget("key")
    await cache.forget("key")
    assert await cache.get("key") is None


async def test_beyond_capacity_the_result_used_longest_ago_goes() -> None:
    cache = MemoryResultCache(capacity=2)
    await cache.put("a", result("a"))
    await cache.put("b", result("b"))
    await cache.get("a")
    await cache.put("c", result("c"))
    assert await cache.get("a") == result("a")
    assert await cache.get("b") is None
    assert await cache.get("c") == result("c")


async def test_a_claim_is_exclusive_until_released() -> None:
    cache = MemoryResultCache(capacity=1)
    assert await cache.claim("key", 60)
    assert not await cache.claim("key", 60)
    assert await cache.claim("other", 60)
    await cache.release("key")
    assert await cache.claim("key", 60)


async def test_releasing_what_nobody_holds_is_fine() -> None:
    await MemoryResultCache(capacity=1).release("key")


async def test_a_claim_expires() -> None:
    clock = Clock()
    cache = MemoryResultCache(capacity=1, clock=clock)
    assert await cache.claim("key", 60)
    clock.now += 59.9
    assert not await cache.claim("key", 60)
    clock.now += 0.1
    assert await cache.claim("key", 60)
    assert not await cache.claim("key", 60)


def test_a_cache_without_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="capacity"):
        MemoryResultCache(capacity=0)


async def test_work_that_is_done_is_told_from_work_that_is_claimed() -> None:
    clock = Clock()
    cache = MemoryResultCache(capacity=2, clock=clock)
    assert not await cache.is_complete("key")
    await cache.claim("key", 60)
    assert not await cache.is_complete("key")
    await cache.complete("key", 600)
    clock.now += 599
    assert await cache.is_complete("key")
    assert not await cache.claim("key", 60)
    clock.now += 1
    assert not await cache.is_complete("key")
    assert await cache.claim("key", 60)
