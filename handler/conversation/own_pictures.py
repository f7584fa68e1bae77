"""The pictures that the bot brings along; see ``playground/brand.py``, which makes them."""

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Final, Literal

from aiogram import Bot
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message

from handler.jobs.results import ResultCache
from handler.telegram.deliver import result_in
from handler.telegram.delivery import Outcome
from handler.telegram.errors import ChatClosedError, RefusedError

Name = Literal["welcome", "sample"]

ASSETS: Final = Path(__file__).parents[1] / "assets"

logger = logging.getLogger(__name__)


async def send(
    name: Name,
    bot: Bot,
    chat_id: int,
    results: ResultCache,
    *,
    caption: str,
    keyboard: InlineKeyboardMarkup | None = None,
) -> Message:
    """Send one of the pictures: by the id that Telegram gave it, or else by its bytes.

    Raises:
        UnavailableError: Telegram cannot be reached.
        RefusedError: the person cannot be written to, or the picture is refused.
    """
    data, key = _read(name)
    if file_id := await _known(results, key):
        try:
            return await bot.send_photo(chat_id, file_id, caption=caption, reply_markup=keyboard)
        except ChatClosedError:
            raise
        except RefusedError as error:
            logger.info("the remembered picture is refused: %s", error)
    file = BufferedInputFile(data, f"{name}.jpg")
    sent = await bot.send_photo(chat_id, file, caption=caption, reply_markup=keyboard)
    await _remember(results, key, sent)
    return sent


@cache
def _read(name: Name) -> tuple[bytes, str]:
    """Return a picture, and what its result is remembered under."""
    data = (ASSETS / f"{name}.jpg").read_bytes()
    return data, f"own:{name}:{hashlib.sha256(data).hexdigest()[:16]}"


async def _known(results: ResultCache, key: str) -> str | None:
    try:
        result = await results.get(key)
    except Exception as error:  # noqa: BLE001  # whatever the store raises: the bytes are here
        logger.warning("a picture's id cannot be read: %s", error)
        return None
    return result.file_id if result else None


async def _remember(results: ResultCache, key: str, sent: Message) -> None:
    result = result_in(sent, Outcome(kind="photo"))
    if result is None:
        return
    try:
        await results.put(key, result)
    except Exception as error:  # noqa: BLE001  # it is uploaded once more
        logger.warning("a picture's id is not kept: %s", error)
