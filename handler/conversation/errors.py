"""Handles the exceptions of handlers: the cause goes to the log, an apology to the person."""

import logging
from contextlib import suppress

from aiogram import Bot, Router
from aiogram.types import ErrorEvent, Update

from handler.conversation.keeping import NotKeptError
from handler.conversation.redeliveries import InProgressError
from handler.observability import telemetry
from handler.telegram.errors import (
    ChatClosedError,
    MessageGoneError,
    NoRightsError,
    TelegramError,
    UnavailableError,
)
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


def create_router() -> Router:
    """Return a router for exceptions of all the others."""
    router = Router(name="errors")
    router.errors.register(apologise)
    return router


async def apologise(
    event: ErrorEvent, bot: Bot, translate: Translator | None = None, *, comes_again: bool = False
) -> None:
    """Log the cause and tell the person.

    Args:
        event: what failed.
        bot: tells the person.
        translate: in their language, if it is known.
        comes_again: whether Telegram repeats an update that is not taken; then one that may
            succeed later is left for that.

    Raises:
        Exception: of the event, when the update is left so; nothing else, or Telegram would
            repeat it for ever.
    """
    update, error = event.update, event.exception
    if comes_again and may_come_again(error):
        raise error
    if isinstance(error, ChatClosedError):
        logger.info("update %d: the person cannot be written to any more", update.update_id)
    elif isinstance(error, NoRightsError) and translate is not None:
        await _tell(update, bot, translate("error-no-rights"))
    elif isinstance(error, MessageGoneError):
        logger.info("update %d: what it is about is deleted", update.update_id)
    else:
        telemetry.failure(failure_kind(error))
        logger.error("update %d failed", update.update_id, exc_info=error)
        if translate is not None:
            await _tell(update, bot, translate("error-unexpected"))


def may_come_again(error: Exception) -> bool:
    """Say whether an update that failed so is worth a repetition by Telegram."""
    return isinstance(error, (InProgressError, NotKeptError, UnavailableError))


def failure_kind(error: Exception) -> str:
    """Name a failure for the metrics; empty for what is no failure, by design.

    A repetition that comes while the first delivery is handled has to wait: nothing is wrong.
    """
    if isinstance(error, InProgressError):
        return ""
    if isinstance(error, NotKeptError):
        return "store"
    return "telegram" if isinstance(error, TelegramError) else "internal"


async def _tell(update: Update, bot: Bot, text: str) -> None:
    """Send a text to the chat: a press may have been answered before it failed."""
    press = update.callback_query
    message = press.message if press else update.message
    if press:
        with suppress(TelegramError):
            await press.answer()  # if it was not, the button still waits
    if message is None:
        return
    try:
        await bot.send_message(message.chat.id, text)
    except TelegramError as error:
        logger.warning("update %d: cannot even apologise: %s", update.update_id, error)
