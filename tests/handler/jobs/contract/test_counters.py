"""What counters promise, wherever they are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handler.aws.counters import DynamoCounters
from handler.jobs.counters import Counters, Quota
from handler.jobs.sqlite.counters import SqliteCounters
from handler.jobs.sqlite.database import Database
from tests.aws import Aws
from tests.handler.clock import Clock

TWO_A_MINUTE = Quota(2, 60)


@pytest.fixture(params=["sqlite", "dynamodb"])
async def counters(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[Counters, Counters]]:
    """The same counters, as two processes have them."""
    if request.param == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        table = aws.table()
        yield DynamoCounters(table, clock=clock), DynamoCounters(table, clock=clock)
    else:
        databases = [Database(tmp_path / "store.db") for _ in range(2)]
        here, there = (SqliteCounters(database, clock=clock) for database in databases)
        yield here, there
        for database in databases:
            await database.close()


async def test_as_many_are_counted_as_the_quota_allows_then_it_says_when(
    counters: tuple[Counters, Counters], clock: Clock
) -> None:
    here, there = counters
    assert await here.count("ann", TWO_A_MINUTE) == 0
    clock.now += 20
    assert await there.count("ann", TWO_A_MINUTE) == 0
    assert await here.count("ann", TWO_A_MINUTE) == pytest.approx(40, abs=1)
    assert await here.count("bob", TWO_A_MINUTE) == 0


async def test_the_time_begins_anew_with_the_first_after_its_end(
    counters: tuple[Counters, Counters], clock: Clock
) -> None:
    here, _ = counters
    for _ in range(2):
        assert await here.count("ann", TWO_A_MINUTE) == 0
    clock.now += 61
    for _ in range(2):
        assert await here.count("ann", TWO_A_MINUTE) == 0
    assert await here.count("ann", TWO_A_MINUTE) == pytest.approx(60, abs=1)


async def test_what_is_taken_back_is_free_for_another(counters: tuple[Counters, Counters]) -> None:
    here, there = counters
    await here.take_back("ann")
    for _ in range(2):
        assert await here.count("ann", TWO_A_MINUTE) == 0
    await there.take_back("ann")
    assert await here.count("ann", TWO_A_MINUTE) == 0
    assert await here.count("ann", TWO_A_MINUTE) > 0


async def test_of_many_at_once_as_many_are_counted_as_there_is_room(
    counters: tuple[Counters, Counters],
) -> None:
    counts = [where.count("ann", Quota(5, 60)) for where in counters for _ in range(8)]
    waits = await asyncio.gather(*counts)
    assert sum(wait == 0 for wait in waits) == 5
