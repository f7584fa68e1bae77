"""Links that bring an effect along: ``t.me/BOT?start=neon_sunset``.

What a link asks for is in the words that people use, joined by ``_``. It is kept for an hour; the
next picture gets it at once.
"""

import logging
import re
from typing import Final

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.types import Message, Update

from handler.conversation.answers import MessageAnswer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.granting import grant
from handler.conversation.preferences import Preferences
from handler.jobs.memory import WISH, Memory
from handler.telegram.callback_data import Wish, as_wish
from handler.texts.translator import Translator
from handler.texts.vocabulary import Vocabulary
from model_layer import Effect

_JOINTS: Final = re.compile(r"[_-]+")

logger = logging.getLogger(__name__)


def create_router() -> Router:
    """Return a router for the picture after a link; albums have their own."""
    router = Router(name="links")
    router.message.register(
        follow,
        F.chat.type == ChatType.PRIVATE,
        F.media_group_id.is_(None),
        F.func(attachment_of).as_("attachment"),
    )
    return router


async def keep(
    payload: str, person: int, vocabulary: Vocabulary, preferences: Preferences, memory: Memory
) -> Effect | None:
    """Keep what a link asks for; None where that is nothing, or cannot be kept."""
    effect = vocabulary.understand(_JOINTS.sub(" ", payload))
    if effect is None:
        return None
    effect = preferences.prefer(effect)
    try:
        await memory.put(person, WISH, {"wish": str(Wish(effect))})
    except Exception as error:  # noqa: BLE001  # whatever the store raises: there are buttons, too
        logger.warning("what a link asks for is not kept: %s", error)
        return None
    return effect


async def follow(
    message: Message,
    attachment: Attachment,
    *,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Give a picture what the link before it asked for.

    Raises:
        SkipHandler: there was none.
    """
    done = message.from_user is not None and await granted(
        message,
        attachment,
        person=message.from_user.id,
        update_id=event_update.update_id,
        translate=translate,
        preferences=preferences,
        bot=bot,
        dependencies=dependencies,
    )
    if not done:
        raise SkipHandler


async def granted(
    picture: Message,
    attachment: Attachment,
    *,
    person: int,
    update_id: int,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> bool:
    """Do for a picture what a link has asked for, once; False where none has."""
    memory = dependencies.memory
    wish = await kept(memory, person)
    if wish is None:
        return False
    taken = await grant(
        wish,
        picture,
        attachment,
        reply=MessageAnswer(picture),
        update_id=update_id,
        asker_id=None,
        translate=translate,
        preferences=preferences,
        bot=bot,
        dependencies=dependencies,
    )
    if taken:  # what is refused for this picture may go with the next one
        await memory.delete(person, WISH)
    return True


async def kept(memory: Memory, person: int) -> Wish | None:
    """Return what a link has asked for, if that is still to be done."""
    try:
        note = await memory.get(person, WISH)
    except Exception as error:  # noqa: BLE001  # whatever the store raises: there are buttons, too
        logger.warning("what a link asked for cannot be read: %s", error)
        return None
    return as_wish(str(note.get("wish"))) if note else None
