"""Hands a job to the queue, or spares it: Telegram sends a known result again by its id."""

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ReplyParameters

from handler.jobs.job import Job
from handler.jobs.queue import JobQueue
from handler.jobs.results import Result, ResultCache
from handler.observability import telemetry
from handler.telegram.deliver import resend
from handler.texts import wording
from handler.texts.say import Say


async def send_remembered(
    job: Job, result: Result, bot: Bot, results: ResultCache, say: Say
) -> bool:
    """Send the result of an equal job; forgets what Telegram does not take.

    Returns:
        Whether the person has the result now.
    """
    if await resend(bot, job, result, say.texts):
        telemetry.count("CacheHits")
        return True
    await results.forget(job.result_key)
    return False


async def enqueue(job: Job, ahead: int, bot: Bot, queue: JobQueue, say: Say) -> None:
    """Show a status message and hand the job in; the worker goes on with the message.

    The place reserved for the job is used, or given back. When the job is not taken, the status
    message is gone again.

    Args:
        job: to be done.
        ahead: jobs before it.
        bot: sends the message.
        queue: has a place for the job.
        say: in the person's language.

    Raises:
        QueueFullError: the place was lost.
        TelegramAPIError: the message cannot be sent.
    """
    try:
        status = await bot.send_message(
            job.chat_id,
            wording.queued(say, job.effect, ahead),
            reply_parameters=ReplyParameters(
                message_id=job.photo_message_id, allow_sending_without_reply=True
            ),
        )
    except BaseException:
        await queue.give_back(job.chat_id)
        raise
    try:
        await queue.put(job.model_copy(update={"status_message_id": status.message_id}))
    except BaseException:
        with suppress(AiogramError):
            await bot.delete_message(job.chat_id, status.message_id)
        raise
