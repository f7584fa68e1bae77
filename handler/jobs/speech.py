"""What the bot says to a person about their job."""

import logging

from aiogram import Bot

from handler.jobs.failures import Explanation, cause_to_log, explain
from handler.jobs.job import Job
from handler.observability import telemetry
from handler.telegram.keyboards import cancel_keyboard, effects_keyboard
from handler.telegram.status import StatusMessage
from handler.texts.translator import Translator

logger = logging.getLogger(__name__)


def status_of(job: Job, bot: Bot, translate: Translator) -> StatusMessage:
    """Return the message in which a person sees their job, with its button to cancel."""
    return StatusMessage(
        bot,
        job.chat_id,
        job.status_message_id,
        reply_to=job.photo_message_id,
        asker_id=job.asker_id,
        keyboard=cancel_keyboard(translate, job.id),
    )


async def apologise(
    job: Job, error: Exception, status: StatusMessage, translate: Translator
) -> None:
    """Say why a job fails, as its last word, and offer what would work."""
    explanation = _explained(job, error)
    offered = explanation.offered
    await status.end_with(
        translate(explanation.key, **explanation.variables),
        keyboard=effects_keyboard(translate, offered) if offered else None,
    )


def reason(job: Job, error: Exception, translate: Translator) -> str:
    """Return what the person is to hear of a failure; counts and logs it."""
    explanation = _explained(job, error)
    return translate(explanation.key, **explanation.variables)


def _explained(job: Job, error: Exception) -> Explanation:
    explanation = explain(error)
    if explanation.is_our_fault:
        telemetry.failure(explanation.key.removeprefix("error-"))
        logger.error("job %s failed: %s", job.id, error, exc_info=cause_to_log(error))
    else:
        telemetry.refusal(explanation.key.removeprefix("error-"))
        logger.info("job %s: %s (%s)", job.id, explanation.key, error)
    return explanation
