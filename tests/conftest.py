"""Settings that all tests share."""

import functools
import logging
import os
import signal
import ssl
from collections.abc import Iterator

import pytest
from hypothesis import settings

from handler.observability.logs import WORDY
from handler.telegram.aiogram_import import put_off_building
from tests.watched_log import watched

# One thread each for the processes that run the tests, and for those that these start: the
# networks are tiny, and threads that wait for each other would take the cores from the others.
os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}

# What a shell runs in the background ignores Ctrl-C, and so would the programs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

put_off_building()  # of the models that no test uses, before anything imports aiogram
from aiogram.client.session.aiohttp import AiohttpSession  # noqa: E402  # after that

# Every client of Telegram has a context; to read the authorities' certificates takes the time of
# a test.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]


async def _close_at_once(session: AiohttpSession) -> None:
    if session._session is not None:
        await session._session.close()


# aiogram pauses for a quarter of a second, for TLS to end, whenever a client is closed: longer
# than most tests take. There is no TLS here.
AiohttpSession.close = _close_at_once  # type: ignore[assignment,method-assign]

pytest_plugins = ["tests.aws"]

# The tests log from DEBUG on, so that all that may ever be logged is watched. These say too much:
# the one about every loop; the others write down whole requests, and are silenced in use, too.
for name in ("asyncio", *WORDY):
    logging.getLogger(name).setLevel(logging.INFO)

# Deterministic, and never judged by the clock: the machine may be busy.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Take back what a test set up for logging: its stream is closed when the test is over."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def _leaks() -> Iterator[list[str]]:
    with watched() as leaks:
        yield leaks
    assert leaks == []  # logged between two tests


@pytest.fixture(autouse=True)
def _no_secret_in_the_log(_leaks: list[str]) -> Iterator[None]:
    """Fail the test that logs the suite's token or its webhook's secret."""
    yield
    found, _leaks[:] = _leaks[:], []
    assert found == []


@pytest.fixture
def second_taps_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a button be pressed again as soon as its result is there."""
    from handler.jobs import worker  # noqa: PLC0415  # few tests need it

    monkeypatch.setattr(worker, "DOUBLE_TAP_SECONDS", -1.0)  # DynamoDB counts whole seconds
