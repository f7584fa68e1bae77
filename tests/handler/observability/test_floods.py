"""What repeats itself does not flood the log."""

import logging

import pytest

from handler.observability.floods import PER_PERIOD, PERIOD, TRACEBACKS_PER_PERIOD, FloodFilter
from tests.handler.clock import Clock


class Written(logging.Handler):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.addFilter(FloodFilter(lambda: clock.now))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def written(clock: Clock) -> Written:
    return Written(clock)


@pytest.fixture
def logger(written: Written) -> logging.Logger:
    logger = logging.Logger("flooded")
    logger.addHandler(written)
    return logger


def test_of_a_flood_the_first_lines_are_written_and_later_how_many_there_were(
    logger: logging.Logger, written: Written, clock: Clock
) -> None:
    for number in range(1000):
        if number == 999:
            clock.now += PERIOD
        logger.warning("socket %d", number)
    assert len(written.lines) == PER_PERIOD + 1
    assert written.lines[0] == "socket 0"
    assert "left out" in written.lines[PER_PERIOD - 1]
    assert written.lines[-1] == f"socket 999 (and {999 - PER_PERIOD} more like it before)"


def test_other_lines_are_written_all_the_same(logger: logging.Logger, written: Written) -> None:
    for _ in range(1000):
        logger.warning("a flood")
    logger.warning("something else")
    assert written.lines[-1] == "something else"


def test_of_tracebacks_fewer_are_written_and_each_kind_apart(
    logger: logging.Logger, written: Written
) -> None:
    for kind in (OSError, ValueError):
        for _ in range(100):
            try:
                raise kind
            except Exception:
                logger.exception(kind.__name__)
    assert len(written.lines) == 2 * TRACEBACKS_PER_PERIOD
    assert written.lines[-TRACEBACKS_PER_PERIOD] == "ValueError"
