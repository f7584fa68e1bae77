"""Handles pressed buttons."""

import logging
from functools import partial

from aiogram import Bot, F, Router
from aiogram.types import (
    CallbackQuery,
    InputMediaPhoto,
    InputRichBlockPhoto,
    InputRichBlockSlideshow,
    InputRichMessage,
    Message,
    Update,
)

from handler.conversation.addressing import asker_of
from handler.conversation.answers import PressAnswer, answer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.preferences import Preferences
from handler.conversation.requests import RefusedRequestError, fulfil, make_job, reference_to
from handler.jobs.job import Reference
from handler.jobs.offers import SLIDESHOW
from handler.observability import telemetry
from handler.telegram.callback_data import Wish, as_action, as_wish
from handler.telegram.errors import TelegramError
from handler.telegram.keyboards import without_original
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


class OriginalGoneError(RefusedRequestError):
    """The picture that a message with buttons replies to is deleted.

    Args:
        message: with the buttons.
    """

    def __init__(self, message: Message) -> None:
        super().__init__("press-photo-deleted")
        self.message = message


def create_router() -> Router:
    """Return a router for the buttons under pictures, and for buttons of other versions."""
    router = Router(name="presses")
    router.callback_query.register(press, F.data.func(as_wish).as_("wish"))
    router.callback_query.register(show_slides, F.data.func(partial(as_action, verb=SLIDESHOW)))
    router.callback_query.register(press_unknown)
    return router


async def press(
    callback: CallbackQuery,
    *,
    wish: Wish,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Do what the button says; every way out answers the press.

    The answer waits for nothing that is sent: what goes wrong later is told in the chat.
    """
    reply = PressAnswer(callback)
    try:
        picture, attachment, reference = _pictures(callback, wish)
        job = await make_job(
            picture,
            attachment,
            wish,
            update_id=event_update.update_id,
            asker_id=asker_of(callback),
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
            reference=reference,
        )
        await fulfil(job, reply, translate, bot, dependencies)
    except RefusedRequestError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await reply.refuse(translate(refused.key, **refused.args_of_text))
        if isinstance(refused, OriginalGoneError):
            await _drop_buttons(refused.message)


async def show_slides(callback: CallbackQuery, translate: Translator) -> None:
    """Send before and after as slides, which clients show that know of them."""
    message = callback.message
    before = message.reply_to_message if isinstance(message, Message) else None
    if not isinstance(message, Message) or not (before and before.photo and message.photo):
        await answer(callback, translate("press-photo-deleted"), alert=True)
        return
    await answer(callback, translate("press-slideshow"))
    slides = [
        InputRichBlockPhoto(photo=InputMediaPhoto(media=photo[-1].file_id))
        for photo in (before.photo, message.photo)
    ]
    await message.reply_rich(
        InputRichMessage(blocks=[InputRichBlockSlideshow(blocks=list(slides))])
    )


async def press_unknown(callback: CallbackQuery, translate: Translator) -> None:
    """Answer a button that no longer means anything."""
    await answer(callback, translate("press-unknown"), alert=True)


def _pictures(callback: CallbackQuery, wish: Wish) -> tuple[Message, Attachment, Reference | None]:
    """Find the picture: in the message with the buttons, or in the one that it replies to.

    Where the effect needs two, the other one is the second.
    """
    message = callback.message
    if not isinstance(message, Message):
        raise RefusedRequestError("press-too-old")
    original = message.reply_to_message
    picture, other = (message, original) if wish.own else (original, message)
    attachment = attachment_of(picture) if picture else None
    second = attachment_of(other) if other and wish.effect.needs_reference else None
    if picture is None or attachment is None or (wish.effect.needs_reference and not second):
        raise OriginalGoneError(message)
    reference = reference_to(other, second) if other and second else None
    return picture, attachment, reference


async def _drop_buttons(message: Message) -> None:
    """Take away the buttons that can do nothing any more. Never raises: it logs."""
    markup = message.reply_markup
    left = markup and without_original(markup)
    if left == markup:
        return
    try:
        await message.edit_reply_markup(reply_markup=left)
    except TelegramError as error:
        logger.info("buttons that do nothing stay: %s", error)
