"""Adds what a person has chosen, and a translator, to the arguments of every handler."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from handler.conversation.preferences import Preferences, load
from handler.jobs.memory import Memory
from handler.texts.texts import Texts
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


class LanguageMiddleware(BaseMiddleware):
    """Adds ``preferences`` and ``translate`` to the handlers' arguments; belongs on the update."""

    def __init__(self, texts: Texts, memory: Memory) -> None:
        self.texts = texts
        self.memory = memory

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Find what the person has chosen, above all the language, and go on."""
        person: User | None = data.get("event_from_user")
        data["preferences"] = preferences = await self._preferences(person)
        data["translate"] = translator(self.texts, preferences, person)
        return await handler(event, data)

    async def _preferences(self, person: User | None) -> Preferences:
        """Load what is chosen; without the memory the bot answers all the same."""
        if person is None:
            return Preferences()
        try:
            return await load(self.memory, person.id)
        except Exception as error:  # noqa: BLE001  # whatever the store raises
            logger.warning("settings cannot be read: %s", error)
            return Preferences()


def translator(texts: Texts, preferences: Preferences, person: User | None) -> Translator:
    """Return the one for a person's chosen language, or for the one that Telegram tells."""
    told = person.language_code if person else None
    chosen = None if preferences.language == "auto" else preferences.language
    return Translator(texts, texts.spoken(chosen or told))
