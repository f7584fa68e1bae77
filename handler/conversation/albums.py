"""Albums: one question for all pictures, one answer with all of them.

The pictures of an album come as updates of their own, and nobody says which is the last. Each is
noted for a stated time; the first gets the buttons, and a press takes all that are noted by then.
"""

from functools import partial
from typing import Final

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, Update

from handler.conversation import pictures
from handler.conversation.answers import PressAnswer
from handler.conversation.attachment import Attachment, attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import NotKeptError, keeping
from handler.conversation.preferences import Preferences
from handler.conversation.redeliveries import InProgressError
from handler.conversation.requests import RefusedRequestError, fulfil, make_job
from handler.jobs.job import Picture
from handler.jobs.memory import ALBUM, Memory
from handler.telegram import keyboards
from handler.telegram.callback_data import Action, as_action, as_wish
from handler.texts.translator import Translator

OFFER_SECONDS: Final = 60.0
"""How long a delivery is believed to be asking about an album: less than an update is (70 s)."""


def create_router() -> Router:
    """Return a router for the pictures of albums in private chats, and for the buttons there."""
    router = Router(name="albums")
    router.message.register(
        gather,
        F.chat.type == ChatType.PRIVATE,
        F.media_group_id,
        F.func(attachment_of).as_("attachment"),
    )
    router.callback_query.register(
        press_album, F.data.func(partial(as_action, verb=keyboards.ALBUM)).as_("action")
    )
    return router


async def gather(
    message: Message,
    *,
    attachment: Attachment,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Note a picture of an album; reply to the first one with buttons for all.

    Where nothing can be noted, each picture has buttons of its own.

    Raises:
        InProgressError: another delivery is about to reply.
    """
    if refusal := pictures.why_not(attachment, dependencies.settings.limits, translate):
        await message.reply(refusal)
        return
    offer = partial(
        pictures.offer,
        message,
        attachment,
        translate=translate,
        preferences=preferences,
        bot=bot,
        dependencies=dependencies,
    )
    try:
        with keeping():
            await _remember(message, attachment, dependencies.memory)
        is_first = await _claim(message, dependencies)
    except NotKeptError:
        await offer(of_album=False)
        return
    if is_first:
        try:
            await offer(of_album=True)
        except BaseException:
            await dependencies.results.release(_claim_key(message))
            raise
        await dependencies.results.complete(_claim_key(message), ALBUM.seconds or 0.0)


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
        if wish is None or attachment is None:
            raise RefusedRequestError("press-unknown")
        album = await _album(original, dependencies)
        job = await make_job(
            original,
            attachment,
            wish,
            update_id=event_update.update_id,
            asker_id=None,
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
        )
        if len(album) > 1:  # else it is a picture like any other
            job = job.model_copy(update={"album": album})
        await fulfil(job, reply, translate, bot, dependencies)
    except RefusedRequestError as refused:
        await reply.refuse(translate(refused.key, **refused.args_of_text))


async def _remember(message: Message, attachment: Attachment, memory: Memory) -> None:
    picture = Picture(
        message_id=message.message_id,
        source=attachment.source,
        file_id=attachment.file_id,
        file_unique_id=attachment.file_unique_id,
        file_name=attachment.file_name,
    )
    # In the order of the album: keys are sorted as text.
    key = f"{message.media_group_id}:{message.message_id:020}"
    await memory.put(message.chat.id, ALBUM, picture.model_dump(), key)


async def _album(original: Message, dependencies: Dependencies) -> tuple[Picture, ...]:
    """Return the pictures of a message's album, in order.

    Raises:
        RefusedRequestError: they are not known any more.
    """
    prefix = f"{original.media_group_id}:"
    with keeping():
        notes = await dependencies.memory.entries(original.chat.id, ALBUM, prefix)
    if not notes:
        raise RefusedRequestError("press-album-forgotten")
    return tuple(Picture.model_validate(note) for note in notes.values())


async def _claim(message: Message, dependencies: Dependencies) -> bool:
    """Claim the reply to an album; False when it is there already.

    Raises:
        InProgressError: another delivery has the claim.
        NotKeptError: claims cannot be written.
    """
    results, claim = dependencies.results, _claim_key(message)
    with keeping():
        if await results.claim(claim, OFFER_SECONDS):
            return True
        is_there = await results.is_complete(claim)
    if not is_there:
        raise InProgressError(f"{claim} is being asked about")
    return False


def _claim_key(message: Message) -> str:
    return f"album:{message.chat.id}:{message.media_group_id}"


def _original(callback: CallbackQuery) -> Message:
    """Find the picture that the message with the buttons replies to."""
    if not isinstance(callback.message, Message):
        raise RefusedRequestError("press-too-old")
    if callback.message.reply_to_message is None:
        raise RefusedRequestError("press-photo-deleted")
    return callback.message.reply_to_message
