"""Handles pressed buttons: sends the result if it is known, else queues a job."""

import asyncio
import logging
import math
import time
from contextlib import suppress
from typing import Any, Final

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message, Update

from handler.conversation.answers import PressAnswer, answer
from handler.conversation.attachment import attachment_of
from handler.conversation.dependencies import Dependencies
from handler.conversation.handover import enqueue, send_remembered
from handler.conversation.keeping import keeping
from handler.jobs.job import INPUTS, Job
from handler.jobs.queue import QueueFullError
from handler.jobs.results import ResultCache
from handler.observability import telemetry
from handler.telegram import keyboards
from handler.texts.translator import Translator
from model_layer import ModelStore, ModelStoreError, parse_effect

HANDOVER_SECONDS: Final = 70.0
"""How long a press is believed to be on its way into the queue: Telegram repeats after 60 s."""
DELIVERY_SECONDS: Final = 3600.0
"""How long a press is known to have been begun, longer than Telegram goes on repeating it."""
DOUBLE_TAP_SECONDS: Final = 2.0
"""A second tap within this time after a remembered result was sent is not meant."""

logger = logging.getLogger(__name__)


class RefusedPressError(Exception):
    """Nothing comes of a press, for a reason that the person is told.

    Args:
        key: of the text.
        **args: the text's variables.
    """

    def __init__(self, key: str, **args: Any) -> None:
        super().__init__(key)
        self.key = key
        self.args_of_text = args


def create_router() -> Router:
    """Return a router for the buttons under pictures, and for buttons of other versions."""
    router = Router(name="presses")
    router.callback_query.register(press, F.data.func(keyboards.is_effect))
    router.callback_query.register(press_unknown)
    return router


async def press(
    callback: CallbackQuery,
    event_update: Update,
    translate: Translator,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Do what the button says; every way out answers the press.

    The answer waits for nothing that is sent: what goes wrong later is told in the chat.
    """
    telemetry.count("Presses")
    reply = PressAnswer(callback)
    try:
        job = await _job(callback, event_update.update_id, translate.language, dependencies.store)
        with keeping():
            is_claimed = await _claim(job, dependencies.results)
        if not is_claimed:
            await answer(callback, translate("press-already"))
            return
        try:
            await _work(job, reply, translate, bot, dependencies)
        except BaseException:
            await _release(job, dependencies.results)
            raise
    except RefusedPressError as refused:
        telemetry.refusal(refused.key.removeprefix("press-"))
        await reply.refuse(translate(refused.key, **refused.args_of_text))


async def press_unknown(callback: CallbackQuery, translate: Translator) -> None:
    """Answer a button that no longer means anything."""
    await answer(callback, translate("press-unknown"), alert=True)


async def _claim(job: Job, results: ResultCache) -> bool:
    """Claim a press, unless an earlier tap has it.

    This very press may have it too, from a delivery in a process that died half-way: then
    Telegram's repetition takes over. A job that had reached the queue by then is not done twice,
    since both have the same id.
    """
    is_first_delivery = await results.claim(_begun(job), DELIVERY_SECONDS)
    is_claimed = await results.claim(job.claim_key, HANDOVER_SECONDS)
    if not is_claimed and is_first_delivery:
        await results.release(_begun(job))
    return is_claimed or not is_first_delivery


async def _release(job: Job, results: ResultCache) -> None:
    """End the claims of a press. Never raises: it logs."""
    try:
        await results.release(job.claim_key)
        await results.release(_begun(job))
    except Exception as error:  # noqa: BLE001  # a repetition of this very press takes over
        logger.warning("the press %s stays claimed: %s", job.id, error)


def _begun(job: Job) -> str:
    return f"press:{job.id}"


async def _job(callback: CallbackQuery, update_id: int, language: str, store: ModelStore) -> Job:
    """Find the picture: it is what the message with the buttons replies to."""
    if not isinstance(callback.message, Message):
        raise RefusedPressError("press-too-old")
    original = callback.message.reply_to_message
    attachment = attachment_of(original) if original else None
    if original is None or attachment is None:
        raise RefusedPressError("press-photo-deleted")
    code = str(callback.data)
    try:
        effect, inputs = parse_effect(code), INPUTS[attachment.source]
        model = await asyncio.to_thread(store.model, effect, inputs)
    except ModelStoreError as error:
        telemetry.failure("weights")
        logger.error("no model for %s: %s", code, error)
        raise RefusedPressError("press-model-missing") from error
    return Job(
        id=str(update_id),
        chat_id=original.chat.id,
        photo_message_id=original.message_id,
        source=attachment.source,
        file_id=attachment.file_id,
        file_unique_id=attachment.file_unique_id,
        file_name=attachment.file_name,
        effect_code=code,
        model_digest=model.sha256,
        language=language,
        pressed_at=time.time(),
    )


async def _work(
    job: Job, reply: PressAnswer, translate: Translator, bot: Bot, dependencies: Dependencies
) -> None:
    """Send the result if it is known, else hand the job in."""
    results = dependencies.results
    with keeping():
        known = await results.get(job.result_key)
    if known:
        async with reply.accepting(translate("press-remembered")):
            sent = await send_remembered(job, known, bot, results, translate)
        if sent:
            telemetry.waited("PressToPicture", job.pressed_at)
            with suppress(Exception):  # the result is there: a double tap is the lesser harm
                await results.complete(job.claim_key, DOUBLE_TAP_SECONDS)
            return
    try:
        with keeping():
            ahead = await dependencies.queue.reserve(job.chat_id)
        # For as long as the job may wait and take, although nobody may end the claim (the worker
        # was killed); until now, for as long as a handover takes.
        stay = await dependencies.queue.longest_stay(dependencies.settings.job_seconds)
        with keeping():
            await results.complete(job.claim_key, stay)
        async with reply.accepting(translate(f"press-accepted-{job.effect.family}")):
            await enqueue(job, ahead, bot, dependencies.queue, translate)
    except QueueFullError as error:
        wait = math.ceil(error.retry_after)
        raise RefusedPressError("press-busy", seconds=wait) from error
