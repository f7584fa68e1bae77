"""Offers what can be done with a picture that a person sent."""

import asyncio
from typing import Final

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import Message

from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.jobs.results import ResultCache
from handler.settings import Settings
from handler.telegram.keyboards import effects_keyboard
from handler.texts.translator import Translator
from handler.texts.wording import question, too_many_pixels

ALBUM_SECONDS: Final = 120.0
"""The pictures of an album come together; repeated deliveries take longer."""


def create_router() -> Router:
    """Return a router for photos and files in private chats."""
    router = Router(name="pictures")
    router.message.register(
        offer,
        F.chat.type == ChatType.PRIVATE,
        F.func(attachment_of).as_("attachment"),
    )
    return router


async def offer(
    message: Message,
    attachment: Attachment,
    translate: Translator,
    settings: Settings,
    dependencies: Dependencies,
) -> None:
    """Reply with buttons; the reply is what leads back to the picture when one is pressed."""
    if refusal := _refusal(attachment):
        await message.reply(translate(refusal))
        return
    size, limits = attachment.size, settings.limits
    effects = await asyncio.to_thread(dependencies.offers.first, attachment.source, size)
    if size and not effects:
        await message.reply(too_many_pixels(translate, size, limits))
        return
    is_next = await _is_next_of_an_album(message, dependencies.results)
    text = question(translate, effects, is_next=is_next)
    await message.reply(text, reply_markup=effects_keyboard(translate, effects))


async def _is_next_of_an_album(message: Message, results: ResultCache) -> bool:
    """Say whether another picture of the same album was there before."""
    if message.media_group_id is None:
        return False
    album = f"album:{message.chat.id}:{message.media_group_id}"
    return not await results.claim(album, ALBUM_SECONDS)


def _refusal(attachment: Attachment) -> str | None:
    """Return the key of the text that says why this file is not even tried."""
    if not attachment.picture:
        return "error-not-a-picture"
    if not attachment.readable:
        return "error-unsupported-format"
    if not attachment.downloadable:
        return "error-file-too-large"
    return None
