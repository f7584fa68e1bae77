"""Settings that all tests share."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["tests.aws"]

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
