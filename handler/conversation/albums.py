"""Albums: one question for all pictures, one answer with all of them.

The pictures of an album come as updates of their own, and nobody says which is the last. Each is
noted for a stated time. What the caption asks for is done with all that come; else the first gets
the buttons, and a press takes all that are noted by then. In groups only those are noted that
follow a caption for the bot.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import CallbackQuery, Message, Update

from handler.conversation import granting, links, pictures
from handler.conversation.addressing import GROUPS, asker_of
from handler.conversation.answers import MessageAnswer, PressAnswer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import NotKeptError, keeping
from handler.conversation.preferences import Preferences
from handler.conversation.quotas import QuotaSpentError
from handler.conversation.redeliveries import InProgressError
from handler.conversation.requests import RefusedRequestError, fulfil, make_job
from handler.jobs import album_notes
from handler.jobs.job import Picture
from handler.jobs.memory import ALBUM, WISH
from handler.observability import telemetry
from handler.telegram import keyboards
from handler.telegram.callback_data import Action, Wish, as_action, as_wish
from handler.texts.translator import Translator
from handler.texts.wording import duration

OFFER_SECONDS: Final = 60.0
"""How long a delivery is believed to be asking about an album: less than an update is (70 s)."""


def create_router() -> Router:
    """Return a router for the pictures of albums, and for the buttons for all of them."""
    router = Router(name="albums")
    router.message.register(gather, F.media_group_id, F.func(attachment_of).as_("attachment"))
    router.callback_query.register(
        press_album, F.data.func(partial(as_action, verb=keyboards.ALBUM)).as_("action")
    )
    return router


async def gather(
    message: Message,
    *,
    attachment: Attachment,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Note a picture of an album whose caption asks for nothing; ask about the first one.

    What a link has asked for is done as if the caption said so. Where nothing can be noted, each
    picture has buttons of its own.

    Raises:
        InProgressError: another delivery is about to reply.
        SkipHandler: in a group, where the album is not for the bot.
    """
    is_group = message.chat.type in GROUPS
    try:
        with keeping():
            wish = await album_notes.wish(dependencies.memory, *_album_of(message))
    except NotKeptError:
        wish = None
    if is_group and wish is None:
        raise SkipHandler
    if refusal := pictures.why_not(attachment, dependencies.settings.limits, translate):
        await message.reply(refusal)
        return
    if wish:
        await _join(message, attachment, translate, dependencies)
        return
    if is_group:
        with keeping():
            await _note(message, attachment, dependencies)
        return
    how: Any = {
        "translate": translate,
        "preferences": preferences,
        "bot": bot,
        "dependencies": dependencies,
    }
    asked = await links.kept(dependencies.memory, message.chat.id)
    if asked is None:
        await offer(message, attachment, **how)
        return
    how |= {"update_id": event_update.update_id, "asker_id": None}
    if await grant(asked, message, attachment, reply=MessageAnswer(message), **how):
        await dependencies.memory.delete(message.chat.id, WISH)


async def offer(
    message: Message,
    attachment: Attachment,
    *,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
    asker_id: int | None = None,
) -> None:
    """Note a picture of an album; reply to the first one with buttons for all.

    Where nothing can be noted, each picture has buttons of its own.

    Raises:
        InProgressError: another delivery is about to reply.
    """
    ask = partial(
        pictures.offer,
        message,
        attachment,
        translate=translate,
        preferences=preferences,
        bot=bot,
        dependencies=dependencies,
        asker_id=asker_id,
    )
    try:
        with keeping():
            await _note(message, attachment, dependencies)
            if message.chat.type in GROUPS:
                await album_notes.note_wish(dependencies.memory, *_album_of(message), "")
        async with _answering(message, dependencies) as answering:
            if answering.is_first:
                await ask(of_album=True)
    except NotKeptError:
        await ask(of_album=False)


async def grant(
    wish: Wish,
    picture: Message,
    attachment: Attachment,
    *,
    dependencies: Dependencies,
    **how: Any,
) -> bool:
    """Do for all of an album what the caption of one of its pictures asks for, or say why not.

    Of several captions the first counts. The arguments are those of :func:`granting.grant`.

    Returns:
        Whether it is done, or will be.

    Raises:
        InProgressError: another delivery is asking about the album.
        NotKeptError: nothing can be noted.
    """
    memory, translate = dependencies.memory, how["translate"]
    album = _album_of(picture)
    with keeping():
        is_known = bool(await album_notes.wish(memory, *album))
    if is_known:
        await _join(picture, attachment, translate, dependencies)
        return True
    with keeping():
        await _note(picture, attachment, dependencies)
    async with _answering(picture, dependencies) as answering:
        answering.is_done = await granting.grant(
            wish, picture, attachment, dependencies=dependencies, album_id=album[1], **how
        )
        if answering.is_done:
            with keeping():
                await album_notes.note_wish(memory, *album, wish.effect.code)
    return answering.is_done


async def press_album(
    callback: CallbackQuery,
    *,
    action: Action,
    event_update: Update,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Do what the button says with all pictures of the album; every way out answers the press."""
    reply = PressAnswer(callback)
    try:
        wish = as_wish(":".join(action.arguments))
        original = _original(callback)
        attachment = attachment_of(original)
        if wish is None or attachment is None or original.media_group_id is None:
            raise RefusedRequestError("press-unknown")
        asker_id = asker_of(callback)
        with keeping():
            album = await album_notes.noted(
                dependencies.memory, asker_id or original.chat.id, original.media_group_id
            )
        if not album:
            raise RefusedRequestError("press-album-forgotten")
        job = await make_job(
            original,
            attachment,
            wish,
            update_id=event_update.update_id,
            asker_id=asker_id,
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
        )
        if len(album) > 1:
            job = job.model_copy(update={"album": album})
        elif asker_id:  # of a group the bot may not see all
            job = job.model_copy(update={"album_id": original.media_group_id})
        await fulfil(job, reply, translate, bot, dependencies)
    except RefusedRequestError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await reply.refuse(translate(refused.key, **refused.args_of_text))


async def _join(
    message: Message, attachment: Attachment, translate: Translator, dependencies: Dependencies
) -> None:
    """Note a picture for an album that is being done, as if it had been asked for by itself."""
    person, _ = _album_of(message)
    try:
        async with dependencies.quotas.spending(person):
            with keeping():
                await _note(message, attachment, dependencies)
    except QuotaSpentError as error:
        free_in = duration(translate, error.seconds)
        await message.reply(translate("press-quota", duration=free_in))


async def _note(message: Message, attachment: Attachment, dependencies: Dependencies) -> None:
    picture = Picture(
        message_id=message.message_id,
        source=attachment.source,
        file_id=attachment.file_id,
        file_unique_id=attachment.file_unique_id,
        file_name=attachment.file_name,
    )
    await album_notes.note(dependencies.memory, *_album_of(message), picture)


def _album_of(message: Message) -> tuple[int, str]:
    """Return whose album a message belongs to, and which."""
    return asker_of(message) or message.chat.id, str(message.media_group_id)


@dataclass
class _Answering:
    """The answer to an album: the question, or what the caption asks for."""

    is_first: bool
    """Whether there is none yet."""
    is_done: bool = True
    """Whether no other one is needed."""


@asynccontextmanager
async def _answering(message: Message, dependencies: Dependencies) -> AsyncIterator[_Answering]:
    """Claim the answer to an album.

    Raises:
        InProgressError: another delivery has the claim.
        NotKeptError: claims cannot be written.
    """
    results, claim = dependencies.results, f"album:{message.chat.id}:{message.media_group_id}"
    with keeping():
        is_first = await results.claim(claim, OFFER_SECONDS)
        is_there = not is_first and await results.is_complete(claim)
    if not (is_first or is_there):
        raise InProgressError(f"{claim} is being asked about")
    answering = _Answering(is_first)
    try:
        yield answering
    except BaseException:
        if is_first:
            await results.release(claim)
        raise
    if is_first and answering.is_done:
        await results.complete(claim, ALBUM.seconds or 0.0)
    elif is_first:
        await results.release(claim)


def _original(callback: CallbackQuery) -> Message:
    """Find the picture that the message with the buttons replies to."""
    if not isinstance(callback.message, Message):
        raise RefusedRequestError("press-too-old")
    if callback.message.reply_to_message is None:
        raise RefusedRequestError("press-photo-deleted")
    return callback.message.reply_to_message
