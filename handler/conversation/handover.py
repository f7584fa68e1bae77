"""Puts a job into the queue, or sends a known result again by its id."""

from aiogram import Bot

from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import keeping
from handler.jobs.job import Job
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.queue import JobQueue
from handler.jobs.results import Result
from handler.observability import telemetry
from handler.telegram.deliver import resend
from handler.telegram.keyboards import cancel_keyboard
from handler.telegram.status import StatusMessage
from handler.texts import wording
from handler.texts.translator import Translator


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
    status = StatusMessage(
        bot, job.chat_id, None, reply_to=job.photo_message_id, asker_id=job.asker_id
    )
    if await resend(status, result, dependencies.offers.framed(job, translate)):
        telemetry.count("CacheHits")
        return True
    await dependencies.results.forget(job.result_key)
    return False


async def enqueue(
    job: Job,
    ahead: int,
    bot: Bot,
    translate: Translator,
    *,
    queue: JobQueue,
    open_jobs: OpenJobs,
) -> bool:
    """Show a status message and hand the job in; the worker goes on with the message.

    The reservation is used, or cancelled. When the job is not taken, the status
    message is gone again.

    Args:
        job: to be done.
        ahead: jobs before it.
        bot: sends the message.
        translate: in the person's language.
        queue: has a reservation for the job.
        open_jobs: get to know it.

    Returns:
        False when the person has cancelled the job before it was kept.

    Raises:
        QueueFullError: the place was lost.
        NotKeptError: the queue cannot be written to.
        RefusedError: the person cannot be written to.
    """
    status = StatusMessage(
        bot,
        job.chat_id,
        None,
        reply_to=job.photo_message_id,
        asker_id=job.asker_id,
        keyboard=cancel_keyboard(translate, job.id),
    )
    try:
        await status.send(wording.queued(translate, job.effect, ahead))
    except BaseException:
        await queue.cancel_reservation(job.chat_id)
        raise
    job = job.model_copy(update={"status_message_id": status.message_id})
    try:
        with keeping():
            if not await open_jobs.add(job):
                await queue.cancel_reservation(job.chat_id)
                return False
            await queue.put(job)
    except BaseException:
        await status.delete()
        raise
    return True
