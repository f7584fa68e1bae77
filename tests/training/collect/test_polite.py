"""The pace of requests, and their repetition."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from tests.training.collect.fake_flickr import FakeFlickr, jpeg, status
from training.collect.polite import (
    TRIES,
    FetchError,
    PoliteClient,
    TemporaryError,
    retry_after,
)


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def client(time: Time) -> AsyncIterator[PoliteClient]:
    async with aiohttp.ClientSession() as session:
        yield PoliteClient(session, rate=2, sleep=time.sleep, clock=time.clock)


async def test_requests_keep_their_distance(
    flickr: FakeFlickr, client: PoliteClient, time: Time
) -> None:
    url = flickr.file("a.jpg", jpeg(0))
    for _ in range(3):
        assert (await client.get(url, 10**6)).data == jpeg(0)
    assert time.sleeps == [0.5, 0.5]
    time.now += 60
    await client.get(url, 10**6)
    await client.get(url, 10**6)
    assert time.sleeps == [0.5, 0.5, 0.5]  # a long pause does not allow a burst


async def test_each_wait_is_twice_the_one_before(
    flickr: FakeFlickr, client: PoliteClient, time: Time
) -> None:
    flickr.on_picture["a.jpg"] = status(502)
    with pytest.raises(TemporaryError, match="HTTP 502"):
        await client.get(f"{flickr.address}/files/a.jpg", 10**6)
    assert time.sleeps == [1, 2, 4, 8]
    assert flickr.sent["a.jpg"] == TRIES


async def test_the_server_says_how_long_to_wait(
    flickr: FakeFlickr, client: PoliteClient, time: Time
) -> None:
    url = flickr.file("a.jpg", jpeg(0))
    answers = [status(429, {"Retry-After": "30"})]
    flickr.on_picture["a.jpg"] = lambda request: (
        answers.pop()(request) if answers else status(404)(request)
    )
    with pytest.raises(FetchError, match="HTTP 404"):
        await client.get(url, 10**6)
    assert time.sleeps == [30]
    flickr.on_picture["a.jpg"] = status(429, {"Retry-After": "86400"})
    with pytest.raises(TemporaryError, match="HTTP 429"):
        await client.get(url, 10**6)
    assert time.sleeps == [30, 0.5]  # a day is too long


@pytest.mark.parametrize("number", [400, 401, 403, 404, 410, 204])
async def test_a_refusal_is_final(flickr: FakeFlickr, client: PoliteClient, number: int) -> None:
    flickr.on_picture["a.jpg"] = status(number)
    with pytest.raises(FetchError, match=f"^127.0.0.1: HTTP {number}$"):
        await client.get(f"{flickr.address}/files/a.jpg?key=secret", 10**6)
    assert flickr.sent["a.jpg"] == 1


async def test_a_large_file_is_not_read_to_its_end(
    flickr: FakeFlickr, client: PoliteClient
) -> None:
    url = flickr.file("a.jpg", bytes(3_000_000))
    with pytest.raises(FetchError, match="more than 2 MB"):
        await client.get(url, 2_000_000)
    assert len((await client.get(url, 3_000_000)).data) == 3_000_000


@pytest.mark.parametrize("url", ["", "files/a.jpg", "http://[a", "ftp://127.0.0.1/", "file:///a"])
async def test_what_is_no_address(client: PoliteClient, url: str) -> None:
    with pytest.raises(FetchError, match="not an address of a web server"):
        await client.get(url, 10**6)


def test_times_to_wait() -> None:
    assert retry_after(None) is None
    assert retry_after("soon") is None
    assert retry_after("-3") is None
    assert retry_after("12") == 12
    later = datetime.now(UTC) + timedelta(seconds=100)
    assert retry_after(format_datetime(later, usegmt=True)) == pytest.approx(100, abs=5)
    assert retry_after(format_datetime(later - timedelta(hours=1), usegmt=True)) == 0
