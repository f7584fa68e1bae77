"""/stats, for those who run the bot; for everybody else there is no such command."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import Message

from handler.conversation.dependencies import Dependencies
from handler.settings import Settings
from handler.texts.translator import Translator


def create_router(settings: Settings) -> Router:
    """Return a router for the command."""
    router = Router(name="stats")
    router.message.register(
        stats, F.from_user.id.in_(settings.admin_ids), F.text, Command("stats", ignore_case=True)
    )
    return router


async def stats(message: Message, translate: Translator, dependencies: Dependencies) -> None:
    """Say how much there is to do."""
    waiting, in_work = await dependencies.queue.counts()
    await message.answer(translate("stats", waiting=waiting, working=in_work))
