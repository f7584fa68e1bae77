"""When a handler fails: the cause goes to the log, a friendly word to the person."""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import AiogramError, TelegramForbiddenError
from aiogram.types import ErrorEvent, Update

from handler.conversation.language import Say

logger = logging.getLogger(__name__)


def create_router() -> Router:
    """Return a router for exceptions of all the others."""
    router = Router(name="errors")
    router.errors.register(apologise)
    return router


async def apologise(event: ErrorEvent, bot: Bot, say: Say | None = None) -> None:
    """Log the cause and tell the person; never fails, so that Telegram does not repeat for ever."""
    update = event.update
    if isinstance(event.exception, TelegramForbiddenError):
        logger.info("update %d: the person has blocked the bot", update.update_id)
        return
    logger.error("update %d failed", update.update_id, exc_info=event.exception)
    if say is None:
        return
    try:
        await _tell(update, bot, say("error-unexpected"))
    except AiogramError as error:
        logger.warning("update %d: cannot even apologise: %s", update.update_id, error)


async def _tell(update: Update, bot: Bot, text: str) -> None:
    if update.callback_query:
        await update.callback_query.answer(text, show_alert=True)
    elif update.message:
        await bot.send_message(update.message.chat.id, text)
