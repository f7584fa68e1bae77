"""Lights a photo as another picture is lit: that is what a reply with a picture to one asks for."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.types import Message, Update

from handler.conversation.answers import MessageAnswer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.pictures import why_not
from handler.conversation.preferences import Preferences
from handler.conversation.requests import RefusedRequestError, fulfil, make_job, reference_to
from handler.observability import telemetry
from handler.telegram.callback_data import Wish, as_wish
from handler.texts.translator import Translator
from model_layer.effects import LightFrom


def create_router() -> Router:
    """Return a router for pictures that reply to pictures, in private chats; not for albums."""
    router = Router(name="borrowed-light")
    router.message.register(
        relight,
        F.chat.type == ChatType.PRIVATE,
        ~F.media_group_id,
        F.reply_to_message,
        F.func(attachment_of).as_("attachment"),
        F.reply_to_message.func(attachment_of).as_("replied"),
    )
    return router


async def relight(
    message: Message,
    attachment: Attachment,
    replied: Attachment,
    *,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Light the picture that is replied to as the new one is lit.

    A neon result lends its light instead: what is lit already is not lit again. Which way round
    was meant, nobody knows: the result is followed by a button for the other way.

    Raises:
        SkipHandler: what is replied to is no picture: the new one is a picture like any other.
    """
    photo, lender = message.reply_to_message, message
    if photo is None or not replied.picture:
        raise SkipHandler
    picture, light = replied, attachment
    if _is_lit(photo):
        photo, lender, picture, light = message, photo, attachment, replied
    answer = MessageAnswer(message)
    wish = Wish(preferences.prefer(LightFrom()))
    for one in (replied, attachment):
        if refusal := why_not(one, dependencies.settings.limits, translate):
            await answer.refuse(refusal)
            return
    try:
        job = await make_job(
            photo,
            picture,
            wish,
            update_id=event_update.update_id,
            asker_id=None,
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
            reference=reference_to(lender, light),
        )
        await fulfil(job, answer, translate, bot, dependencies)
    except RefusedRequestError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await answer.refuse(translate(refused.key, **refused.args_of_text))


def _is_lit(message: Message) -> bool:
    """Say whether a message is a result that can be compared with what it was: a neon picture."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    wishes = [as_wish(button.callback_data) for row in rows for button in row]
    return any(wish and wish.own and wish.effect.needs_reference for wish in wishes)
