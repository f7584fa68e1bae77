"""HTTP requests at a polite rate, repeated when that may help, and limited in size."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import aiohttp
from yarl import URL

logger = logging.getLogger(__name__)

TRIES: Final = 5
FIRST_WAIT = 1.0
"""Seconds before the second try; doubled before each further one."""
LONGEST_WAIT: Final = 300.0
"""Seconds; a server that asks for more is left alone."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=120, sock_connect=15, sock_read=30)
_HEADERS: Final = {"User-Agent": "neon-bot-collect/1"}
_TEMPORARY: Final = frozenset({408, 429, 500, 502, 503, 504})

T = TypeVar("T")


class FetchError(OSError):
    """Something cannot be fetched; the text is one line and holds no query and no key."""


class TemporaryError(FetchError):
    """Trying again may help.

    Args:
        reason: one line.
        wait: seconds that the server asks to wait; None if it does not say.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class Answer:
    """What a server sent."""

    data: bytes
    url: URL
    """Where it came from in the end, redirects followed."""


class PoliteClient:
    """Sends one request after the other, never faster than the rate.

    Args:
        session: to send with.
        rate: requests per second.
        sleep: waits for some seconds.
        clock: tells seconds that never go back.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        rate: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._interval = 1 / rate
        self._sleep = sleep
        self._clock = clock
        self._next = clock()

    async def get(self, url: str, max_bytes: int) -> Answer:
        """Fetch a file; redirects are followed.

        Raises:
            TemporaryError: even the last try failed in a way that may pass.
            FetchError: the server refuses, the address is none, or the file is too large.
        """
        return await self.persist(lambda: self._request("GET", url, max_bytes))

    async def post(self, url: str, form: Mapping[str, str], max_bytes: int) -> Answer:
        """Send a form, once; redirects are refused, so that it reaches no other server.

        Raises:
            TemporaryError: it failed in a way that may pass; see :meth:`persist`.
            FetchError: the server refuses, the address is none, or the answer is too large.
        """
        return await self._request("POST", url, max_bytes, form)

    async def persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat what raises TemporaryError, a few times, waiting longer each time.

        Raises:
            TemporaryError: of the last try.
        """
        wait = FIRST_WAIT
        for _ in range(TRIES - 1):
            try:
                return await attempt()
            except TemporaryError as error:
                seconds = max(wait, error.wait or 0)
                if seconds > LONGEST_WAIT:
                    raise
                logger.info("%s; trying again in %.0f s", error, seconds)
            await self._sleep(seconds)
            wait *= 2
        return await attempt()

    async def _request(
        self, method: str, url: str, max_bytes: int, form: Mapping[str, str] | None = None
    ) -> Answer:
        await self._take_turn()
        async with (
            _in_our_words(url),
            self._session.request(
                method, url, data=form, headers=_HEADERS, timeout=TIMEOUT,
                allow_redirects=form is None, max_redirects=5,
            ) as response,
        ):  # fmt: skip
            host = response.url.host
            if response.status in _TEMPORARY:
                wait = retry_after(response.headers.get("Retry-After"))
                raise TemporaryError(f"{host}: HTTP {response.status}", wait)
            if response.status != 200:
                raise FetchError(f"{host}: HTTP {response.status}")
            data = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > max_bytes:
                    raise FetchError(f"{host}: more than {max_bytes / 1e6:.0f} MB")
            return Answer(bytes(data), response.url)

    async def _take_turn(self) -> None:
        wait = self._next - self._clock()
        if wait > 0:
            await self._sleep(wait)
        self._next = max(self._next, self._clock()) + self._interval


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for; None if it says nothing that is understood."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


@asynccontextmanager
async def _in_our_words(url: str) -> AsyncIterator[None]:
    """Turn aiohttp's errors into ours: its own may quote the whole address."""
    try:
        host = URL(url).host or "no host"
    except ValueError:
        raise FetchError("not an address of a web server") from None
    try:
        yield
    except TimeoutError:
        raise TemporaryError(f"{host}: no answer in time") from None
    except aiohttp.ClientConnectorCertificateError:
        raise FetchError(f"{host}: its certificate is not valid") from None
    except aiohttp.ClientConnectorError:
        raise TemporaryError(f"{host}: cannot be reached") from None
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
        raise TemporaryError(f"{host}: the connection broke") from None
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        raise FetchError("not an address of a web server") from None
    except aiohttp.ClientError as error:
        raise FetchError(f"{host}: {type(error).__name__}") from None
