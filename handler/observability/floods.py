"""Keeps what repeats itself from flooding the log."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PERIOD: Final = 60.0
"""Seconds."""
PER_PERIOD: Final = 100
"""Records of one origin that are written within a period; more are counted."""
TRACEBACKS_PER_PERIOD: Final = 5
"""The same of records with a traceback, each of which takes a page."""
ORIGINS: Final = 1000
"""Origins that are counted apart; there are fewer in the code."""


@dataclass(slots=True)
class _Count:
    ends: float
    written: int = 0
    left_out: int = 0


class FloodFilter(logging.Filter):
    """Writes so many records of one origin within a minute, and tells how many it left out.

    The origin is the line of the program that logs, with the kind of exception. The next record of
    the same origin that is written tells the number.

    Args:
        clock: seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[object, _Count] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is written."""
        now = self._clock()
        count = self._count_of(record, now)
        limit = TRACEBACKS_PER_PERIOD if record.exc_info or record.exc_text else PER_PERIOD
        left_out = 0
        if now >= count.ends:
            left_out = count.left_out
            count.ends, count.written, count.left_out = now + PERIOD, 0, 0
        if count.written >= limit:
            count.left_out += 1
            return False
        count.written += 1
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like it before)"
            record.args = ()
        elif count.written == limit:
            record.msg = f"{record.getMessage()} (more like it are left out for a while)"
            record.args = ()
        return True

    def _count_of(self, record: logging.LogRecord, now: float) -> _Count:
        kind = record.exc_info[0] if record.exc_info else None
        origin = (record.name, record.levelno, record.pathname, record.lineno, kind)
        if origin not in self._counts:
            if len(self._counts) >= ORIGINS:
                self._counts.clear()
            self._counts[origin] = _Count(now + PERIOD)
        return self._counts[origin]
