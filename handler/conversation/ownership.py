"""In groups, buttons work for the person who asked."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import CallbackQuery, TelegramObject

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
        if tag and not is_for(tag, bot.token, event.from_user.id):
            await answer(event, data["translate"]("press-not-yours"), alert=True)
            return None
        return await handler(event, data)
