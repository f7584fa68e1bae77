"""Puts a job into the queue, or sends a known result again by its id."""

import asyncio
import logging
from contextlib import suppress

from aiogram import Bot

from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import keeping
from handler.jobs.job import Job
from handler.jobs.queue import Place, QueueFullError
from handler.jobs.results import Result
from handler.jobs.speech import status_of
from handler.observability import telemetry
from handler.telegram.deliver import resend
from handler.telegram.status import StatusMessage
from handler.texts import wording
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


async def send_remembered(
    job: Job,
    result: Result,
    bot: Bot,
    dependencies: Dependencies,
    translate: Translator,
) -> bool:
    """Send the result of an equal job; forgets what Telegram does not take.

    Returns:
        Whether the person has the result now.
    """
    status = status_of(job, bot, translate)
    if await resend(status, result, dependencies.offers.framed(job, translate)):
        telemetry.count("CacheHits")
        return True
    await dependencies.results.forget(job.result_key)
    return False


async def enqueue(
    job: Job, place: Place, bot: Bot, translate: Translator, dependencies: Dependencies
) -> None:
    """Show a status message and hand the job in; the worker goes on with the message.

    The reservation is used, or cancelled. When the job is not taken, the status message is gone
    again, and so is the claim.

    Args:
        job: to be done; its claim is held, and the open jobs have it.
        place: jobs before it.
        bot: sends the message.
        translate: in the person's language.
        dependencies: the queue has a reservation for the job.

    Raises:
        QueueFullError: the place was lost.
        NotKeptError: the queue cannot be written to, or has not said whether it was.
        RefusedError: the person cannot be written to.
    """
    status = status_of(job, bot, translate)
    try:
        await status.send(wording.queued(translate, job.effect, place.own, place.others))
    except BaseException as error:
        await dependencies.queue.cancel_reservation(job.chat_id)
        if isinstance(error, Exception):  # else the time was up, and it may have been sent
            await forget(job, dependencies)
        raise
    job = job.model_copy(update={"status_message_id": status.message_id})
    if place.own:
        with suppress(Exception):  # then its message does not say when others are done
            await dependencies.open_jobs.replace(job)
    await _put(job, bot, dependencies)


async def put_again(job: Job, bot: Bot, dependencies: Dependencies) -> None:
    """Hand in a job of which an earlier delivery of its update could not tell whether it is kept.

    No status message is sent again: that delivery may have sent one.

    Raises:
        QueueFullError: there is no room.
        NotKeptError: the queue cannot be written to, or has not said whether it was.
    """
    with keeping():
        noted = await dependencies.open_jobs.job(job.chat_id, job.id)
    await _put(noted or job, bot, dependencies)


async def forget(job: Job, dependencies: Dependencies) -> None:
    """Let it be as if a job had not been asked for. Never raises: it logs."""
    calls = (dependencies.results.release(job.claim_key), dependencies.open_jobs.remove(job))
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, Exception):  # a repetition of the same request takes over
            logger.warning("job %s is not forgotten: %s", job.id, outcome)


async def _put(job: Job, bot: Bot, dependencies: Dependencies) -> None:
    try:
        with keeping():
            await dependencies.queue.put(job)
    except QueueFullError:
        reply_to = job.photo_message_id
        await StatusMessage(bot, job.chat_id, job.status_message_id, reply_to=reply_to).delete()
        await forget(job, dependencies)
        raise
    except BaseException:
        # It may be in the queue all the same. The repetition finds the status message here.
        with suppress(Exception):
            await dependencies.open_jobs.replace(job)
        raise
