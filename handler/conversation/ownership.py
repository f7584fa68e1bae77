"""In groups, buttons work for the person who asked."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, TelegramObject

from handler.conversation.answers import answer
from handler.telegram.tags import is_for, tag_of


class OwnershipMiddleware(BaseMiddleware):
    """Lets a press through that its button is meant for; belongs on callback queries."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on, or tell somebody else how to get a button of their own."""
        if not isinstance(event, CallbackQuery):
            raise TypeError(f"this middleware is for presses, not for {type(event).__name__}")
        bot: Bot = data["bot"]
        tag = tag_of(event.data)
        mine = is_for(tag, bot.token, event.from_user.id) if tag else _is_for_all(event)
        if not mine:
            await answer(event, data["translate"]("press-not-yours"), alert=True)
            return None
        return await handler(event, data)


def _is_for_all(press: CallbackQuery) -> bool:
    """Say whether a button without a tag is for everybody.

    In groups those are of earlier versions, or of people who hide behind the group. Clients can
    send what they like, as a button's data less its tag; so Telegram has to show the button.
    """
    message = press.message
    if message is None or message.chat.type == ChatType.PRIVATE:
        return True
    keyboard = message.reply_markup if isinstance(message, Message) else None
    rows = keyboard.inline_keyboard if keyboard else []
    return any(button.callback_data == press.data for row in rows for button in row)
