"""A picture has come: offer what can be done with it."""

from typing import Final

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import Message

from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.keyboards import effects_keyboard
from handler.conversation.workshop import Workshop
from handler.jobs.limits import fitting
from handler.jobs.results import ResultCache
from handler.settings import Settings
from handler.texts.say import Say
from handler.texts.wording import too_many_pixels
from model_layer.effects import EFFECTS, Upscale

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
    message: Message, attachment: Attachment, say: Say, settings: Settings, workshop: Workshop
) -> None:
    """Reply with buttons; the reply is what leads back to the picture when one is pressed."""
    if refusal := _refusal(attachment):
        await message.reply(say(refusal))
        return
    effects = fitting(attachment.size, settings) if attachment.size else EFFECTS
    if attachment.size and not effects:
        await message.reply(too_many_pixels(say, attachment.size, settings))
        return
    if not any(isinstance(effect, Upscale) for effect in effects):
        question = "choose-effect-neon-only"
    elif await _is_next_of_an_album(message, workshop.results):
        question = "choose-effect-next"
    else:
        question = "choose-effect"
    await message.reply(say(question), reply_markup=effects_keyboard(say, effects))


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
