"""Does for a picture what is asked for in words, or says why not."""

from aiogram import Bot
from aiogram.types import Message

from handler.conversation.answers import MessageAnswer
from handler.conversation.attachment import Attachment
from handler.conversation.dependencies import Dependencies
from handler.conversation.pictures import why_not
from handler.conversation.preferences import Preferences
from handler.conversation.requests import RefusedRequestError, fulfil, make_job
from handler.observability import telemetry
from handler.telegram.callback_data import Wish
from handler.texts.translator import Translator


async def grant(
    wish: Wish,
    picture: Message,
    attachment: Attachment,
    *,
    reply: MessageAnswer,
    update_id: int,
    asker_id: int | None,
    translate: Translator,
    preferences: Preferences,
    bot: Bot,
    dependencies: Dependencies,
    album_id: str | None = None,
) -> bool:
    """Do for a picture what is asked for in words, or say why not.

    What is too large for it is planned by the worker, who answers with buttons for what will work.

    Args:
        wish: what is asked for.
        picture: the message with the picture.
        attachment: of the message.
        reply: how the person hears what comes of it.
        update_id: of the update that asks for it.
        asker_id: in a group, the person who asks.
        translate: in the person's language.
        preferences: of the person.
        bot: sends.
        dependencies: do it.
        album_id: where it is asked for all of an album, whose pictures are being noted.

    Returns:
        Whether it is done, or will be.
    """
    if refusal := why_not(attachment, dependencies.settings.limits, translate):
        await reply.refuse(refusal)
        return False
    try:
        job = await make_job(
            picture,
            attachment,
            wish,
            update_id=update_id,
            asker_id=asker_id,
            language=translate.language,
            preferences=preferences,
            store=dependencies.store,
        )
        job = job.model_copy(update={"album_id": album_id})
        await fulfil(job, reply, translate, bot, dependencies)
    except RefusedRequestError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await reply.refuse(translate(refused.key, **refused.args_of_text))
        return False
    return True
