"""The short word that a pressed button shows."""

import logging

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

logger = logging.getLogger(__name__)


async def answer(callback: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Answer a press; when Telegram says that it is too late for that, go on all the same.

    Args:
        callback: the press.
        text: at most 200 characters.
        alert: show a window that has to be closed, instead of a passing note.
    """
    try:
        await callback.answer(text, show_alert=alert)
    except TelegramBadRequest as error:
        logger.info("press not answered: %s", error.message)
