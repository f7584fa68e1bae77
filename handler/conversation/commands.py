"""What can be asked for in a word: /help, /about and /support."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import Message

from handler.settings import Settings
from handler.texts.translator import Translator


def create_router(settings: Settings) -> Router:
    """Return a router for these commands, which are answered in groups too."""
    router = Router(name="commands")
    # Only from texts: a picture whose caption looks like a command is a picture.
    router.message.register(help_out, F.text, Command("help", ignore_case=True))
    router.message.register(tell_about, F.text, Command("about", ignore_case=True))
    if settings.support_contact:
        router.message.register(support, F.text, Command("support", ignore_case=True))
    return router


async def help_out(message: Message, translate: Translator) -> None:
    """Explain how it works."""
    await message.answer(translate("help"))


async def tell_about(message: Message, translate: Translator) -> None:
    """Say what the bot is."""
    await message.answer(translate("about"))


async def support(message: Message, translate: Translator, settings: Settings) -> None:
    """Name the contact for support."""
    await message.answer(translate("support", contact=settings.support_contact))
