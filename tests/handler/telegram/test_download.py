"""Files come from Telegram whole, within limits, and without the token in any error."""

import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import File
from aiohttp import ClientPayloadError, ClientResponseError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from handler.jobs.failures import FileGoneError, FileTooLargeError
from handler.telegram.download import MAX_BYTES, download
from handler.telegram.retry import TelegramUnavailableError
from playground import ApiError, Person, Playground


async def test_a_document_arrives_byte_for_byte(bot: Bot, person: Person) -> None:
    data = bytes(range(256)) * 1000
    message = await person.send_document(data, "data.png")
    assert await download(bot, message["document"]["file_id"]) == data


async def test_an_unknown_file_is_gone(bot: Bot) -> None:
    with pytest.raises(FileGoneError):
        await download(bot, "BQACunknown")


async def test_a_file_telegram_finds_too_big_is_too_large(bot: Bot, person: Person) -> None:
    message = await person.send_document(bytes(MAX_BYTES + 1), "data.png")
    with pytest.raises(FileTooLargeError):
        await download(bot, message["document"]["file_id"])


async def test_a_busy_server_is_asked_again(bot: Bot, person: Person, telegram: Playground) -> None:
    message = await person.send_document(b"data", "data.png")
    telegram.fail_next("getFile", ApiError(500, "Internal Server Error"))
    assert await download(bot, message["document"]["file_id"]) == b"data"


Stream = Callable[..., AsyncGenerator[bytes, None]]


@pytest.fixture
def stream(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Callable[[Stream], list[str]]:
    """Let downloads take place as the test wants; returns the addresses that were asked for."""

    def use(source: Stream) -> list[str]:
        addresses: list[str] = []

        async def get_file(file_id: str) -> File:
            return File(file_id=file_id, file_unique_id="u", file_path="documents/1.png")

        def stream_content(url: str, **_: Any) -> AsyncGenerator[bytes, None]:
            addresses.append(url)
            return source(url)

        monkeypatch.setattr(bot, "get_file", get_file)
        monkeypatch.setattr(bot.session, "stream_content", stream_content)
        return addresses

    return use


async def test_more_bytes_than_announced_are_refused(
    bot: Bot, stream: Callable[[Stream], list[str]]
) -> None:
    taken = 0

    async def endless(url: str) -> AsyncGenerator[bytes, None]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(1024 * 1024)

    stream(endless)
    with pytest.raises(FileTooLargeError):
        await download(bot, "file")
    assert taken == 21


async def test_a_download_that_breaks_is_made_again(
    bot: Bot, stream: Callable[[Stream], list[str]]
) -> None:
    async def breaking_once(url: str) -> AsyncGenerator[bytes, None]:
        yield b"da"
        if len(addresses) == 1:
            raise ClientPayloadError("broken off")
        yield b"ta"

    addresses = stream(breaking_once)
    assert await download(bot, "file") == b"data"


@pytest.mark.parametrize(
    ("status", "expected"), [(404, FileGoneError), (502, TelegramUnavailableError)]
)
async def test_no_error_tells_the_token(
    bot: Bot,
    stream: Callable[[Stream], list[str]],
    caplog: pytest.LogCaptureFixture,
    status: int,
    expected: type[Exception],
) -> None:
    async def failing(url: str) -> AsyncGenerator[bytes, None]:
        headers = CIMultiDictProxy[str](CIMultiDict())
        raise ClientResponseError(RequestInfo(URL(url), "GET", headers), (), status=status)
        yield b""

    addresses = stream(failing)
    with caplog.at_level(logging.DEBUG), pytest.raises(expected) as failure:
        await download(bot, "file")
    logging.getLogger("test").error("failed", exc_info=failure.value)
    assert bot.token in addresses[0]
    assert bot.token not in caplog.text
