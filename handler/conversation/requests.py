"""Fulfils what a person asks for: sends the result if it is known, else queues a job."""

import asyncio
import logging
import math
import time
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final, Protocol

from aiogram import Bot
from aiogram.types import Message

from handler.conversation.attachment import Attachment
from handler.conversation.dependencies import Dependencies
from handler.conversation.handover import enqueue, forget, put_again, send_remembered
from handler.conversation.keeping import keeping
from handler.conversation.preferences import Preferences
from handler.conversation.quotas import QuotaSpentError
from handler.jobs.job import INPUTS, Job, Reference
from handler.jobs.open_jobs import Addition
from handler.jobs.queue import QueueFullError
from handler.jobs.results import DOUBLE_TAP_SECONDS
from handler.observability import telemetry
from handler.telegram.callback_data import Wish
from handler.telegram.delivery import Form, is_photo
from handler.texts.translator import Translator
from handler.texts.wording import duration
from model_layer import Effect, ModelStore, ModelStoreError

HANDOVER_SECONDS: Final = 70.0
"""How long a request is believed to be on its way into the queue: Telegram repeats after 60 s."""

logger = logging.getLogger(__name__)


class RefusedRequestError(Exception):
    """Nothing comes of a request, for a reason that the person is told.

    Args:
        key: of the text.
        **args: the text's variables.
    """

    def __init__(self, key: str, **args: Any) -> None:
        super().__init__(key)
        self.key = key
        self.args_of_text = args


class Reply(Protocol):
    """How the person hears what comes of a request; see :class:`PressAnswer`."""

    def accepting(self, text: str) -> AbstractAsyncContextManager[None]:
        """Say that it is taken, while something else is done."""
        ...

    async def decline(self, text: str) -> None:
        """Say in passing that there is nothing to be done."""
        ...

    async def refuse(self, text: str) -> None:
        """Say why nothing comes of it.

        Raises:
            TelegramError: it cannot be said in the chat.
        """
        ...


async def make_job(
    picture: Message,
    attachment: Attachment,
    wish: Wish,
    *,
    update_id: int,
    asker_id: int | None,
    language: str,
    preferences: Preferences,
    store: ModelStore,
    reference: Reference | None = None,
) -> Job:
    """Make the job for a picture, with the weights there are now.

    Args:
        picture: the message with the picture, which the result replies to.
        attachment: of the message.
        wish: what is asked for.
        update_id: of the update that asks for it.
        asker_id: in a group, the person who asks.
        language: of the person who asks.
        preferences: of the person, where the wish leaves a choice.
        store: the models.
        reference: the second picture, where the effect needs one.

    Raises:
        RefusedRequestError: there is no model for it.
    """
    telemetry.count("Presses")  # words that ask for the same count, too
    try:
        digest = await asyncio.to_thread(_digest, wish.effect, attachment, store)
    except ModelStoreError as error:
        telemetry.failure("weights")
        logger.error("no model for %s: %s", wish.effect.code, error)
        raise RefusedRequestError("press-model-missing") from error
    is_usually_photo = is_photo(attachment.source, None, lossless=wish.effect.lossless)
    usual_form: Form | None = "file" if is_usually_photo and preferences.sends_files else None
    return Job(
        id=str(update_id),
        chat_id=picture.chat.id,
        asker_id=asker_id,
        photo_message_id=picture.message_id,
        source=attachment.source,
        file_id=attachment.file_id,
        file_unique_id=attachment.file_unique_id,
        file_name=attachment.file_name,
        effect_code=wish.effect.code,
        form=wish.form or usual_form,
        of_result=_is_result(picture),
        reference=reference,
        # A photo says nothing: Telegram has removed it.
        keeps_metadata=attachment.source == "document" and preferences.keeps_metadata,
        preferred=preferences.preferred,
        model_digest=digest,
        language=language,
        pressed_at=time.time(),
    )


def _is_result(picture: Message) -> bool:
    """Say whether a picture is a result: the bot's own, with buttons."""
    return bool(picture.from_user and picture.from_user.is_bot and picture.reply_markup)


def reference_to(message: Message, attachment: Attachment) -> Reference:
    """Return the picture of a message as the second one of a job."""
    return Reference(
        message_id=message.message_id,
        file_id=attachment.file_id,
        file_unique_id=attachment.file_unique_id,
    )


def _digest(effect: Effect, attachment: Attachment, store: ModelStore) -> str:
    if not effect.uses_model:
        return ""
    return store.model(effect, INPUTS[attachment.source]).sha256


async def fulfil(
    job: Job, reply: Reply, translate: Translator, bot: Bot, dependencies: Dependencies
) -> None:
    """Send the result of a job if it is known, else hand the job in; once, however often asked.

    Where a delivery of this very request died half-way, or could not tell whether the job is kept,
    Telegram's repetition goes on from there.

    Raises:
        RefusedRequestError: there is no room for it.
        NotKeptError: claims or jobs cannot be written now.
        TelegramError: the person cannot be answered.
    """
    with keeping():
        is_claimed = await dependencies.results.claim(job.claim_key, HANDOVER_SECONDS, job.id)
    if not is_claimed:
        await reply.decline(translate("press-already"))
        return
    with keeping():
        known = await dependencies.open_jobs.add(job)
    if known is Addition.CLOSED:
        with suppress(Exception):  # it ends by itself
            await dependencies.results.release(job.claim_key)
        await reply.decline(translate("press-already"))
        return
    try:
        if known is Addition.NEW:
            await _work(job, reply, translate, bot, dependencies)
        else:
            async with reply.accepting(translate(f"press-accepted-{job.effect.family}")):
                await put_again(job, bot, dependencies)
                await _hold_claim(job, dependencies)
    except QueueFullError as error:
        if error.own:
            raise RefusedRequestError("press-line-full", own=error.own) from error
        wait = math.ceil(error.retry_after)
        raise RefusedRequestError("press-busy", seconds=wait) from error


async def _work(
    job: Job, reply: Reply, translate: Translator, bot: Bot, dependencies: Dependencies
) -> None:
    """Send the result if it is known, else hand the job in."""
    if await _send_known(job, reply, translate, bot, dependencies):
        telemetry.waited("PressToPicture", job.pressed_at)
        return
    try:
        async with dependencies.quotas.spending(job.person_id, len(job.parts)):
            await _hand_in(job, reply, translate, bot, dependencies)
    except QuotaSpentError as error:
        await forget(job, dependencies)
        free_in = duration(translate, error.seconds)
        raise RefusedRequestError("press-quota", duration=free_in) from error


async def _send_known(
    job: Job, reply: Reply, translate: Translator, bot: Bot, dependencies: Dependencies
) -> bool:
    """Send the result of an equal job, if there was one."""
    try:
        with keeping():
            known = await dependencies.results.get(job.result_key)
        if known is None:
            return False
        async with reply.accepting(translate("press-remembered")):
            if not await send_remembered(job, known, bot, dependencies, translate):
                return False
    except BaseException:
        await forget(job, dependencies)
        raise
    with suppress(Exception):  # the result is there: a double tap is the lesser harm
        await dependencies.open_jobs.close(job)
        await dependencies.results.complete(job.claim_key, DOUBLE_TAP_SECONDS, job.id)
    return True


async def _hand_in(
    job: Job, reply: Reply, translate: Translator, bot: Bot, dependencies: Dependencies
) -> None:
    """Queue a job.

    Raises:
        QueueFullError: no room for it.
    """
    try:
        with keeping():
            place = await dependencies.queue.reserve(job)
    except BaseException:
        await forget(job, dependencies)
        raise
    async with reply.accepting(translate(f"press-accepted-{job.effect.family}")):
        await enqueue(job, place, bot, translate, dependencies)
        await _hold_claim(job, dependencies)


async def _hold_claim(job: Job, dependencies: Dependencies) -> None:
    """Hold the claim of a job that is kept for as long as it may wait and take.

    Not before: were this process killed and down for longer than Telegram remembers a press, nobody
    would do the job, and nobody else could ask for it.
    """
    stay = await dependencies.queue.longest_stay(dependencies.settings.job_seconds)
    with keeping():
        await dependencies.results.hold(job.claim_key, stay, job.id)
