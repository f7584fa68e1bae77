"""Files come from Telegram whole, within limits, and without the token in any error."""

import asyncio
import logging

import pytest
from aiogram import Bot

from handler.telegram import download as downloads
from handler.telegram.download import MAX_BYTES, download
from handler.telegram.errors import (
    DownloadError,
    FileGoneError,
    FileTooLargeError,
    TelegramError,
)
from playground import ApiError, Fault, Person, Playground

DATA = bytes(range(256)) * 1000
BROKEN = [
    Fault("page"),
    Fault("reset"),
    Fault("broken"),
    Fault("cut"),
    Fault("empty"),
    ApiError(500, "Internal Server Error"),
]


@pytest.fixture
async def file_id(person: Person) -> str:
    message = await person.send_document(DATA, "data.png")
    return str(message["document"]["file_id"])


async def test_a_document_arrives_byte_for_byte(bot: Bot, file_id: str) -> None:
    assert await download(bot, file_id) == DATA


async def test_an_unknown_file_is_gone(bot: Bot) -> None:
    with pytest.raises(FileGoneError):
        await download(bot, "BQACunknown")


@pytest.mark.parametrize("text", ["wrong file_id or the file is temporarily unavailable", "odd"])
async def test_a_file_that_stays_away_is_gone(
    bot: Bot, telegram: Playground, file_id: str, text: str
) -> None:
    telegram.fail_next("getFile", ApiError(400, f"Bad Request: {text}"), times=9)
    with pytest.raises(FileGoneError):
        await download(bot, file_id)


async def test_a_file_telegram_finds_too_big_is_too_large(bot: Bot, person: Person) -> None:
    message = await person.send_document(bytes(MAX_BYTES + 1), "data.png")
    with pytest.raises(FileTooLargeError):
        await download(bot, message["document"]["file_id"])


async def test_more_bytes_than_a_bot_may_have_are_not_taken(
    bot: Bot, file_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MAX_BYTES", len(DATA) - 1)
    with pytest.raises(FileTooLargeError):
        await download(bot, file_id)
    buffer = downloads._BoundedBuffer()  # whatever was announced
    with pytest.raises(FileTooLargeError):
        buffer.write(DATA)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("getFile", ApiError(400, "Bad Request: file is temporarily unavailable")),
        *(("getFile", fault) for fault in BROKEN),
        *(("download", fault) for fault in BROKEN),
    ],
    ids=str,
)
async def test_what_breaks_is_repeated(
    bot: Bot, telegram: Playground, file_id: str, method: str, fault: Fault | ApiError
) -> None:
    telegram.fail_next(method, fault, times=3)
    assert await download(bot, file_id) == DATA


@pytest.mark.parametrize(
    ("fault", "expected"),
    [*((fault, DownloadError) for fault in BROKEN), (ApiError(404, "Not Found"), FileGoneError)],
    ids=str,
)
async def test_what_stays_broken_is_a_failed_transfer_and_does_not_tell_the_token(
    *,
    bot: Bot,
    telegram: Playground,
    file_id: str,
    caplog: pytest.LogCaptureFixture,
    fault: Fault | ApiError,
    expected: type[TelegramError],
) -> None:
    telegram.fail_next("download", fault, times=9)
    with caplog.at_level(logging.DEBUG, "handler"), pytest.raises(expected) as failure:
        await download(bot, file_id)
    logging.getLogger("test").error("failed", exc_info=failure.value)
    assert bot.token not in caplog.text


@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_a_download_that_hangs_ends(
    bot: Bot, telegram: Playground, file_id: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "TOTAL_SECONDS", 0.2)
    telegram.fail_next(method, Fault("hang"))
    async with asyncio.timeout(5):
        with pytest.raises(DownloadError):
            await download(bot, file_id)
