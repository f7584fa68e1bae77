"""Hands a job to the queue, or spares it: Telegram sends a known result again by its id."""

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ReplyParameters

from handler.conversation import wording
from handler.conversation.language import Say
from handler.jobs.deliver import resend
from handler.jobs.job import Job
from handler.jobs.queue import JobQueue
from handler.jobs.results import ResultCache


async def send_remembered(job: Job, bot: Bot, results: ResultCache, say: Say) -> bool:
    """Send the result of an equal job, if one is known; forgets what Telegram does not take.

    Returns:
        Whether the person has the result now.
    """
    result = await results.get(job.result_key)
    if result is None:
        return False
    if await resend(bot, job, result, say.texts):
        return True
    await results.forget(job.result_key)
    return False


async def enqueue(job: Job, bot: Bot, queue: JobQueue, say: Say) -> None:
    """Show a status message and hand the job in; the worker goes on with the message.

    Raises:
        QueueFullError: no room; the status message is gone again.
    """
    status = await bot.send_message(
        job.chat_id,
        wording.queued(say, job.effect, ahead=0),
        reply_parameters=ReplyParameters(
            message_id=job.photo_message_id, allow_sending_without_reply=True
        ),
    )
    try:
        ahead = await queue.put(job.model_copy(update={"status_message_id": status.message_id}))
    except BaseException:
        with suppress(AiogramError):
            await bot.delete_message(job.chat_id, status.message_id)
        raise
    if ahead:
        with suppress(AiogramError):  # a nicety; and the job's turn may have come already
            await bot.edit_message_text(
                wording.queued(say, job.effect, ahead),
                chat_id=job.chat_id,
                message_id=status.message_id,
            )
