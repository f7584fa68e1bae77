"""Calls to Telegram that wait when told to and try again when the line was bad."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_WAIT = 90.0
"""Longest time that 429 answers may cost one call in all, seconds."""
PAUSE = 1.5
"""Time to let a bad line recover, seconds."""
TRIES = 2


class TelegramUnavailableError(Exception):
    """Telegram could not be reached, or did not answer sensibly; one line, without contents."""


class UploadTooLargeError(Exception):
    """A server on the way refuses a file of this size (HTTP 413)."""


async def patiently(call: Callable[[], Awaitable[T]], *, max_wait: float = MAX_WAIT) -> T:
    """Make a call, waiting for as long as a 429 asks, and once again after a broken connection.

    A call that is made again may take effect twice, when only its answer was lost: rare, and
    better than no picture.

    Args:
        call: makes the request anew each time.
        max_wait: what all 429 together may cost, seconds; a longer one is raised.

    Raises:
        TelegramUnavailableError: no answer, or an unreadable one, the second time too.
        UploadTooLargeError: HTTP 413.
        TelegramAPIError: what else Telegram refuses, at once.
    """
    waited, tries = 0.0, 0
    while True:
        try:
            return await call()
        except TelegramRetryAfter as error:
            waited += error.retry_after
            if waited > max_wait:
                raise
            delay: float = error.retry_after
        except TelegramEntityTooLarge:
            raise UploadTooLargeError("HTTP 413") from None
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            # The text of a ClientDecodeError holds the whole answer: not for the log.
            name = type(error).__name__
            if isinstance(error, ClientDecodeError) and _is_page_413(error.data):
                raise UploadTooLargeError("HTTP 413") from None
            tries += 1
            if tries >= TRIES:
                raise TelegramUnavailableError(f"{name}, {tries} times") from None
            delay = PAUSE
        logger.info("Telegram is asked again in %.1f s", delay)
        await asyncio.sleep(delay)


def _is_page_413(answer: object) -> bool:
    """Say whether an answer is a web server's own error page for too large a request."""
    return isinstance(answer, str) and "413 Request Entity Too Large" in answer
