"""Handles pressed buttons."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message, Update

from handler.conversation.addressing import asker_of
from handler.conversation.answers import PressAnswer, answer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.preferences import Preferences
from handler.conversation.requests import RefusedRequestError, fulfil, make_job
from handler.observability import telemetry
from handler.telegram.callback_data import Wish, as_wish
from handler.texts.translator import Translator


def create_router() -> Router:
    """Return a router for the buttons under pictures, and for buttons of other versions."""
    router = Router(name="presses")
    router.callback_query.register(press, F.data.func(as_wish).as_("wish"))
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
    telemetry.count("Presses")
    reply = PressAnswer(callback)
    try:
        original, attachment = _picture(callback, wish)
        job = await make_job(
            original,
            attachment,
            wish,
            update_id=event_update.update_id,
            asker_id=asker_of(callback),
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
        )
        await fulfil(job, reply, translate, bot, dependencies)
    except RefusedRequestError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await reply.refuse(translate(refused.key, **refused.args_of_text))


async def press_unknown(callback: CallbackQuery, translate: Translator) -> None:
    """Answer a button that no longer means anything."""
    await answer(callback, translate("press-unknown"), alert=True)


def _picture(callback: CallbackQuery, wish: Wish) -> tuple[Message, Attachment]:
    """Find the picture: in the message with the buttons, or in the one that it replies to."""
    if not isinstance(callback.message, Message):
        raise RefusedRequestError("press-too-old")
    original = callback.message if wish.own else callback.message.reply_to_message
    attachment = attachment_of(original) if original else None
    if original is None or attachment is None:
        raise RefusedRequestError("press-photo-deleted")
    return original, attachment
