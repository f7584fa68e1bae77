"""Does what people ask for in words: in captions, in replies to pictures, in commands."""

import asyncio

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message, Update

from handler.conversation import albums, pictures
from handler.conversation.addressing import Spoken, asker_of, spoken_to
from handler.conversation.answers import MessageAnswer
from handler.conversation.dependencies import Dependencies
from handler.conversation.granting import grant
from handler.conversation.preferences import Preferences
from handler.telegram.callback_data import Wish, as_wish
from handler.texts.translator import Translator
from handler.texts.vocabulary import Vocabulary
from model_layer import Effect


def create_router() -> Router:
    """Return a router for words; what they do not ask of a picture is left to the others."""
    router = Router(name="words")
    router.message.register(listen, F.text | F.caption)
    return router


async def listen(
    message: Message,
    *,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    vocabulary: Vocabulary,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Do what is asked for; where words are not understood, say so only to whom it helps.

    Raises:
        SkipHandler: it is for another handler, or for nobody.
    """
    spoken = await spoken_to(message, bot)
    if spoken is None:
        raise SkipHandler
    picture, attachment = spoken.picture, spoken.attachment

    def usual(effect: Effect) -> Effect:
        source = attachment.source if attachment else "photo"
        return preferences.prefer(dependencies.offers.usual(effect, source))

    # It may have to read the manifest.
    effect = await asyncio.to_thread(vocabulary.understand, spoken.words, usual)
    if picture is None or attachment is None:
        if effect is None:
            raise SkipHandler
        await message.reply(translate("hint-which-picture"))
    elif effect and _is_done_already(picture, effect):
        await message.reply(translate("hint-original"))
    elif effect:
        done = albums.grant if picture is message and message.media_group_id else grant
        await done(
            Wish(effect),
            picture,
            attachment,
            reply=MessageAnswer(message),
            update_id=event_update.update_id,
            asker_id=asker_of(message),
            translate=translate,
            preferences=preferences,
            bot=bot,
            dependencies=dependencies,
        )
    elif spoken.address == "name":
        offer = albums.offer if picture is message and message.media_group_id else pictures.offer
        await offer(
            picture,
            attachment,
            translate=translate,
            preferences=preferences,
            bot=bot,
            dependencies=dependencies,
            asker_id=asker_of(message),
        )
    elif _deserves_hint(message, spoken, vocabulary):
        await message.reply(translate("hint-words"))
    else:
        raise SkipHandler


def _is_done_already(picture: Message, effect: Effect) -> bool:
    """Say whether a picture is a result whose buttons ask for such an effect of its original.

    That one cannot be found from here: Telegram shows no replies inside replies.
    """
    keys = picture.reply_markup.inline_keyboard if picture.reply_markup else []
    wishes = [as_wish(key.callback_data) for row in keys for key in row]
    others = [wish.effect for wish in wishes if wish and not wish.own]
    return effect.scale == 1 and any(type(other) is type(effect) for other in others)


def _deserves_hint(message: Message, spoken: Spoken, vocabulary: Vocabulary) -> bool:
    """Say whether words that are not understood were surely meant as a wish.

    That is a command with something strange after it, and in a private chat a reply to a picture.
    """
    first = spoken.words.partition(" ")[0]
    if spoken.address == "command":
        return vocabulary.understand(first) is not None
    return spoken.address == "chat" and spoken.picture is message.reply_to_message is not None
