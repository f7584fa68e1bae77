"""Fixtures for everything that talks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from handler import services
from handler.jobs import album_notes, cancellation
from handler.jobs.sqlite import queue
from handler.jobs.sqlite.database import Database
from handler.jobs.worker import Worker
from handler.settings import Settings
from handler.telegram.status import Pace
from playground import Person, Playground
from tests.aws import Aws
from tests.handler.clock import Clock
from tests.handler.running_bot import TOKEN, RunningBot, bot_weights, run_bot
from tests.handler.running_function import Function, running_function


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    monkeypatch.chdir(tmp_path)  # no .env there


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.captureWarnings(capture=False)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for the pauses that people, and machines with something to do, need."""
    defaults = Worker.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "pace", Pace(edit=0.1))
    monkeypatch.setattr(cancellation, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(album_notes, "SETTLE_SECONDS", 0.2)
    monkeypatch.setattr(services, "LOCAL_PAUSE", 0.05)
    monkeypatch.setattr(queue, "POLL_SECONDS", 0.05)  # that pause's end is seen by a poll


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database()
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let pauses before repetitions take no time; what was waited for stands in the list."""
    taken: list[float] = []

    async def pause(seconds: float) -> None:
        taken.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr("handler.telegram.retry.sleep", pause)
    return taken


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return bot_weights(tmp_path)


@pytest.fixture
async def bot(weights: Path) -> AsyncIterator[RunningBot]:
    async with run_bot(weights, support_contact="@neon_human") as running:
        yield running


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground(token=TOKEN) as running:
        yield running


@pytest.fixture
async def function(telegram: Playground, weights: Path, aws: Aws) -> AsyncIterator[Function]:
    """The function of the cloud, with a queue and tables of its own."""
    async with running_function(telegram, weights, aws) as function:
        yield function


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def alice(telegram: Playground) -> Person:
    """A person whom the bot may write to."""
    person = telegram.person("Alice")
    await person.send_text("/start")
    return person


@pytest.fixture
async def silent_telegram() -> AsyncIterator[str]:
    """A Telegram that takes every request and never answers."""
    leaving = asyncio.Event()

    async def say_nothing(_: web.Request) -> web.Response:
        await leaving.wait()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", say_nothing)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}"
    leaving.set()
    await runner.cleanup()
