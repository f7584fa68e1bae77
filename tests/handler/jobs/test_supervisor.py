"""A worker that says nothing is replaced; one that only starts slowly is not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from handler.jobs import supervisor
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.supervisor import Supervisor

DUMB = ("sleep", "60")
SLOW = ("sh", "-c", "sleep 1; printf . >&0; sleep 60")
"""Gives its first sign of life, and no other."""


@asynccontextmanager
async def supervising(database: Database, command: tuple[str, ...]) -> AsyncIterator[Supervisor]:
    keeper = Supervisor(SqliteJobQueue(database, capacity=1, workers=1), command)
    keeper.start()
    try:
        yield keeper
    finally:
        await keeper.stop(5)


async def becomes(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_worker_that_never_says_that_it_has_started_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.3)
    async with supervising(database, DUMB) as keeper:
        await becomes(lambda: keeper.pid is not None)
        first = keeper.pid
        await becomes(lambda: keeper.pid not in {first, None})
    assert "the worker gives no sign of life" in caplog.text


async def test_a_worker_has_longer_to_start_than_to_be_silent_afterwards(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervisor, "SILENCE_SECONDS", 0.1)
    async with supervising(database, SLOW) as keeper:
        await becomes(lambda: keeper.pid is not None)
        first = keeper.pid
        await asyncio.sleep(0.3)
        assert keeper.pid == first
        await becomes(lambda: keeper.pid not in {first, None})
    assert "the worker gives no sign of life" in caplog.text
