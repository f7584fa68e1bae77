"""A person's file from Telegram, into memory and nowhere else."""

import io
from typing import TYPE_CHECKING

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramNotFound
from aiogram.methods import GetFile
from aiohttp import ClientError, ClientResponseError

from handler.jobs.failures import FileGoneError, FileTooLargeError
from handler.telegram.retry import patiently

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAX_BYTES = 20 * 1024 * 1024
"""What the Bot API lets a bot download: https://core.telegram.org/bots/api#getfile."""
READ_SECONDS = 120


async def download(bot: Bot, file_id: str) -> bytes:
    """Fetch a file.

    Args:
        bot: the bot that the file was sent to.
        file_id: as in the person's message.

    Raises:
        FileGoneError: Telegram does not have it any more.
        FileTooLargeError: larger than :data:`MAX_BYTES`.
        TelegramUnavailableError: the connection broke twice.
    """
    path = await _path(bot, file_id)
    return await patiently(lambda: _read(bot, file_id, path))


async def _path(bot: Bot, file_id: str) -> str:
    try:
        file = await patiently(lambda: bot.get_file(file_id))
    except (TelegramBadRequest, TelegramNotFound) as error:
        if "too big" in error.message.lower():
            raise FileTooLargeError(error.message) from None
        raise FileGoneError(error.message) from None
    if (file.file_size or 0) > MAX_BYTES:
        raise FileTooLargeError(f"{file.file_size} bytes")
    if not file.file_path:
        raise FileGoneError("no path")
    return file.file_path


async def _read(bot: Bot, file_id: str, path: str) -> bytes:
    buffer = _BoundedBuffer()
    # The errors of aiohttp name the address, which holds the token: none of them may get out,
    # not even as the cause of another.
    try:
        await bot.download_file(path, destination=buffer, timeout=READ_SECONDS)
    except ClientResponseError as error:
        if error.status in (400, 404, 410):
            raise FileGoneError(f"HTTP {error.status}") from None
        raise _broken(file_id, f"HTTP {error.status}") from None
    except (ClientError, TimeoutError, OSError) as error:
        raise _broken(file_id, type(error).__name__) from None
    return buffer.getvalue()


def _broken(file_id: str, reason: str) -> TelegramNetworkError:
    return TelegramNetworkError(GetFile(file_id=file_id), f"the download broke off: {reason}")


class _BoundedBuffer(io.BytesIO):
    """Memory that takes no more than a bot may download, whatever was announced."""

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.tell() + memoryview(data).nbytes > MAX_BYTES:
            raise FileTooLargeError(f"more than {MAX_BYTES} bytes")
        return super().write(data)
