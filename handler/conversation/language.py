"""Adds a translator into the person's language to the arguments of every handler."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from handler.texts.texts import Texts
from handler.texts.translator import Translator


class LanguageMiddleware(BaseMiddleware):
    """Adds ``translate`` to the handlers' arguments; belongs on the update."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Find the person's language and go on."""
        person: User | None = data.get("event_from_user")
        language = self.texts.spoken(person.language_code if person else None)
        data["translate"] = Translator(self.texts, language)
        return await handler(event, data)
