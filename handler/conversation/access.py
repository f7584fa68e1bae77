"""Keeps the bot for those who are on its list, where it has one."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Chat, Message, TelegramObject, Update, User

from handler.conversation.answers import answer
from handler.settings import Settings
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


class AccessMiddleware(BaseMiddleware):
    """Lets updates through from people and groups on the list, and from all when it is empty.

    Belongs on the update, after those that know the person and their language. Who is not let in
    hears why in a private chat, with the id to be let in by; in groups the bot stays quiet.
    """

    def __init__(self, settings: Settings) -> None:
        self._admins = settings.admin_ids
        self._allowed = settings.allowed_ids

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on with who may."""
        person: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        ids = {found.id for found in (person, chat) if found}
        if not self._allowed or ids & (self._allowed | self._admins):
            return await handler(event, data)
        logger.info("somebody who is not on the list is not let in")
        if isinstance(event, Update) and person:
            await _decline(event, person, data["translate"])
        return None


async def _decline(update: Update, person: User, translate: Translator) -> None:
    text = translate("access-denied", id=str(person.id))  # as text: no thousands separators
    if update.callback_query:
        await answer(update.callback_query, text, alert=True)
    elif isinstance(update.message, Message) and update.message.chat.type == ChatType.PRIVATE:
        await update.message.answer(text)
