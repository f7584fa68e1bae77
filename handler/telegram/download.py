"""A person's file from Telegram, into memory and nowhere else."""

import asyncio
import io
from typing import TYPE_CHECKING, Final

from aiogram import Bot
from aiohttp import ClientError, ClientResponseError

from handler.telegram.errors import (
    DownloadError,
    FileGoneError,
    FileTooLargeError,
    RefusedError,
    UnavailableError,
)
from handler.telegram.retry import RetryPolicy, retry

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAX_BYTES: Final = 20 * 1024 * 1024
"""What the Bot API lets a bot download: https://core.telegram.org/bots/api#getfile."""
TOTAL_SECONDS: Final = 60.0
"""What a download may take in all, whatever is repeated."""
POLICY: Final = RetryPolicy(4, backoff=1, timeout=30, repeats_lost=True)


async def download(bot: Bot, file_id: str) -> bytes:
    """Fetch a file, whole.

    Args:
        bot: the bot that the file was sent to.
        file_id: as in the person's message.

    Raises:
        FileGoneError: Telegram does not have it any more.
        FileTooLargeError: larger than :data:`MAX_BYTES`.
        DownloadError: it did not come, or not whole, in :data:`TOTAL_SECONDS`.
    """
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            path, size = await _find(bot, file_id)
            return await retry(lambda: _read(bot, path, size), POLICY, "download")
    except TimeoutError:
        raise DownloadError(f"not there after {TOTAL_SECONDS:.0f} s") from None
    except UnavailableError as error:
        raise DownloadError(str(error)) from None


async def _find(bot: Bot, file_id: str) -> tuple[str, int | None]:
    """Return a file's path, and its size where Telegram tells."""
    try:
        file = await bot.get_file(file_id)
    except FileTooLargeError:
        raise
    except RefusedError as error:
        raise FileGoneError(str(error)) from None
    if (file.file_size or 0) > MAX_BYTES:
        raise FileTooLargeError(f"{file.file_size} bytes")
    if not file.file_path:
        raise FileGoneError("no path")
    return file.file_path, file.file_size


async def _read(bot: Bot, path: str, size: int | None) -> bytes:
    buffer = _BoundedBuffer()
    # The errors of aiohttp name the address, which holds the token: none of them may get out,
    # not even as the cause of another.
    try:
        await bot.download_file(path, destination=buffer, timeout=round(POLICY.timeout))
    except ClientResponseError as error:
        if error.status in (400, 404, 410):
            raise FileGoneError(f"HTTP {error.status}") from None
        raise DownloadError(f"HTTP {error.status}") from None
    except (ClientError, TimeoutError, OSError) as error:
        raise DownloadError(f"broken off: {type(error).__name__}") from None
    data = buffer.getvalue()
    if not data or (size is not None and len(data) != size):
        raise DownloadError(f"{len(data)} of {size} bytes")
    return data


class _BoundedBuffer(io.BytesIO):
    """Memory that takes no more than a bot may download, whatever was announced."""

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.tell() + memoryview(data).nbytes > MAX_BYTES:
            raise FileTooLargeError(f"more than {MAX_BYTES} bytes")
        return super().write(data)
