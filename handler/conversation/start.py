"""How a conversation begins: /start, its buttons, and a sample for who has no picture at hand."""

import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final, TypeVar

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)

from handler.conversation import links, own_pictures, pictures
from handler.conversation.addressing import asker_of
from handler.conversation.answers import answer
from handler.conversation.attachment import attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.preferences import Preferences
from handler.telegram.callback_data import Action, as_action
from handler.telegram.errors import NotModifiedError
from handler.texts.translator import Translator
from handler.texts.vocabulary import Vocabulary
from handler.texts.wording import names

START: Final = "start"
"""What the START button sends back, since the first version."""
TRY: Final = "try"
GREETED_SECONDS: Final = 3600.0
"""How long a chat that was greeted is not told everything again."""

T = TypeVar("T")

logger = logging.getLogger(__name__)


def create_router() -> Router:
    """Return a router for how a conversation begins, in groups too."""
    router = Router(name="start")
    # Only from texts: a picture whose caption looks like a command is a picture.
    router.message.register(greet, F.text, CommandStart(ignore_case=True))
    router.callback_query.register(start, F.data == START)
    router.callback_query.register(try_it, F.data.func(lambda data: as_action(data, TRY)))
    return router


async def greet(
    message: Message,
    *,
    command: CommandObject,
    translate: Translator,
    preferences: Preferences,
    vocabulary: Vocabulary,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Show what the bot does; to who has just seen it, only say that it is there.

    What the link asks for that the person came by is kept for the next picture.
    """
    results = dependencies.results
    person, asked = message.from_user, None
    if person and command.args and message.chat.type == ChatType.PRIVATE:
        asked = await links.keep(
            command.args, person.id, vocabulary, preferences, dependencies.memory
        )
    promise = asked and translate("link-kept", effect=names(translate, [asked]))
    claim = f"greeted:{message.chat.id}"
    if not await _optional(results.claim(claim, GREETED_SECONDS), default=True):
        text = promise or translate("greeting-again")
        await message.answer(text, reply_markup=_keyboard(translate))
        return
    name = person.first_name.strip() if person else ""
    caption = promise or translate("greeting", name=name or translate("nameless"))
    keyboard = _keyboard(translate, *(() if promise else (START,)))
    try:
        await own_pictures.send(
            "welcome", bot, message.chat.id, results, caption=caption, keyboard=keyboard
        )
    except BaseException:
        await _optional(results.release(claim), default=None)
        raise


async def start(callback: CallbackQuery, translate: Translator) -> None:
    """Answer a press on START: its message says what the bot can do, once."""
    await answer(callback, translate("start-accepted"))
    message = callback.message
    if not isinstance(message, Message):
        return
    text, keyboard = translate("what-i-can"), _keyboard(translate)
    with suppress(NotModifiedError):  # a second tap
        if message.photo:
            await message.edit_caption(caption=text, reply_markup=keyboard)
        else:  # of an earlier version
            await message.edit_text(text, reply_markup=keyboard)


async def try_it(
    callback: CallbackQuery,
    *,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Send the sample, and do or offer for it what is done or offered for every picture."""
    await answer(callback, translate("try-accepted"))
    chat_id = callback.message.chat.id if callback.message else callback.from_user.id
    caption = translate("try-caption")
    sample = await own_pictures.send("sample", bot, chat_id, dependencies.results, caption=caption)
    attachment = attachment_of(sample)
    if attachment is None:
        return
    asker_id = asker_of(callback)
    done = asker_id is None and await links.granted(
        sample,
        attachment,
        person=callback.from_user.id,
        update_id=event_update.update_id,
        translate=translate,
        preferences=preferences,
        bot=bot,
        dependencies=dependencies,
    )
    if not done:
        await pictures.offer(
            sample,
            attachment,
            translate=translate,
            preferences=preferences,
            bot=bot,
            dependencies=dependencies,
            asker_id=asker_id,
        )


async def _optional(call: Awaitable[T], default: T) -> T:
    """Use the store; without it there is a greeting all the same."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001  # whatever the store raises
        logger.warning("a greeting is not noted: %s", error)
        return default


def _keyboard(translate: Translator, *first: str) -> InlineKeyboardMarkup:
    """Return the buttons of the greeting: START until it is pressed, and the sample."""
    actions = [(name, name) for name in first] + [(TRY, str(Action(TRY)))]
    rows = [
        [InlineKeyboardButton(text=translate(f"button-{name}"), callback_data=data)]
        for name, data in actions
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)
