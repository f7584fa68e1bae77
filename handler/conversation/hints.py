"""Answers anything but a picture with a playful hint."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiogram import F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.types import Message

from handler.settings import Settings
from handler.telegram.profile import command_names
from handler.texts.translator import Translator

# What people send. Service messages (a pin, a new background…) are not talk: no answer.
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ContentType.TEXT: "hint-text",
        ContentType.STICKER: "hint-sticker",
        ContentType.DICE: "hint-sticker",
        ContentType.VIDEO: "hint-video",
        ContentType.VIDEO_NOTE: "hint-video",
        ContentType.LIVE_PHOTO: "hint-video",
        ContentType.ANIMATION: "hint-animation",
        ContentType.VOICE: "hint-voice",
        ContentType.AUDIO: "hint-voice",
        ContentType.CONTACT: "hint-other",
        ContentType.LOCATION: "hint-other",
        ContentType.VENUE: "hint-other",
        ContentType.POLL: "hint-other",
        ContentType.GAME: "hint-other",
        ContentType.STORY: "hint-other",
        ContentType.CHECKLIST: "hint-other",
        ContentType.PAID_MEDIA: "hint-other",
        ContentType.UNKNOWN: "hint-other",
    }
)


def create_router() -> Router:
    """Return a router for what no other router took, in private chats."""
    router = Router(name="hints")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(hint, F.content_type.in_(HINTS))
    return router


async def unknown_command(message: Message, translate: Translator, settings: Settings) -> None:
    """Name the commands there are."""
    names = command_names(has_support=settings.support_contact is not None)
    commands = ", ".join(f"/{name}" for name in names)
    await message.answer(translate("unknown-command", commands=commands))


async def hint(message: Message, translate: Translator) -> None:
    """Say what to send instead."""
    await message.answer(translate(HINTS[message.content_type]))
