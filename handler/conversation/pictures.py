"""Offers what can be done with a picture that a person sent."""

import asyncio
from functools import partial

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import Message

from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.preferences import Preferences
from handler.telegram.keyboards import album_keyboard, effects_keyboard
from handler.telegram.tags import only_for
from handler.texts.translator import Translator
from handler.texts.wording import question, too_many_pixels
from model_layer import Limits


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
    *,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
    asker_id: int | None = None,
    of_album: bool = False,
) -> None:
    """Reply with buttons; the reply is what leads back to the picture when one is pressed.

    In a group they are for the person who asks; for an album, they are for all of its pictures.
    """
    limits = dependencies.settings.limits
    if refusal := why_not(attachment, limits, translate):
        await message.reply(refusal)
        return
    first = partial(dependencies.offers.first, attachment.source, attachment.size)
    # It may have to read the manifest.
    offered = await asyncio.to_thread(first)
    effects = [preferences.prefer(effect) for effect in offered]
    if of_album:  # what is but to be looked at, one looks at alone
        effects = [effect for effect in effects if not effect.for_viewing]
    keyboard = effects_keyboard(translate, effects)
    if of_album:
        keyboard = album_keyboard(keyboard)
    text = question(translate, effects, of_album=of_album)
    if attachment.may_move:
        text = f"{text}\n\n{translate('hint-first-frame')}"
    await message.reply(text, reply_markup=only_for(asker_id, keyboard, bot.token))


def why_not(attachment: Attachment, limits: Limits, translate: Translator) -> str | None:
    """Say why nothing is even tried with a picture; None where something may work."""
    if not attachment.picture:
        return translate("error-not-a-picture")
    if not attachment.readable:
        return translate("error-unsupported-format")
    if not attachment.downloadable:
        return translate("error-file-too-large")
    if attachment.size and not limits.allowed(attachment.size):
        return too_many_pixels(translate, attachment.size)
    return None
