"""A picture has come: offer what can be done with it."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import Message

from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.keyboards import effects_keyboard
from handler.conversation.language import Say
from handler.conversation.wording import too_many_pixels
from handler.limits import fitting
from handler.settings import Settings
from model_layer.effects import EFFECTS, Upscale


def create_router() -> Router:
    """Return a router for photos and files in private chats."""
    router = Router(name="pictures")
    router.message.register(
        offer,
        F.chat.type == ChatType.PRIVATE,
        F.func(attachment_of).as_("attachment"),
    )
    return router


async def offer(message: Message, attachment: Attachment, say: Say, settings: Settings) -> None:
    """Reply with buttons; the reply is what leads back to the picture when one is pressed."""
    if refusal := _refusal(attachment):
        await message.reply(say(refusal))
        return
    effects = fitting(attachment.size, settings) if attachment.size else EFFECTS
    if attachment.size and not effects:
        await message.reply(too_many_pixels(say, attachment.size, settings))
        return
    upscalable = any(isinstance(effect, Upscale) for effect in effects)
    question = "choose-effect" if upscalable else "choose-effect-neon-only"
    await message.reply(say(question), reply_markup=effects_keyboard(say, effects))


def _refusal(attachment: Attachment) -> str | None:
    """Return the key of the text that says why this file is not even tried."""
    if not attachment.picture:
        return "error-not-a-picture"
    if not attachment.readable:
        return "error-unsupported-format"
    if not attachment.downloadable:
        return "error-file-too-large"
    return None
