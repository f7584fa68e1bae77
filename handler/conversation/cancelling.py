"""Handles the button that cancels a job."""

from contextlib import suppress
from functools import partial
from typing import Final

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from handler.conversation.answers import PressAnswer
from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import keeping
from handler.jobs.line import settled
from handler.jobs.open_jobs import Cancellation
from handler.observability import telemetry
from handler.telegram.callback_data import Action, as_action
from handler.telegram.keyboards import CANCEL
from handler.telegram.status import StatusMessage
from handler.texts.translator import Translator

_ANSWERS: Final = {
    Cancellation.DONE: "press-cancelled",
    Cancellation.TOO_LATE: "press-cancel-late",
    Cancellation.NOT_YOURS: "press-cancel-others",
}


def create_router() -> Router:
    """Return a router for the button under jobs that wait or are worked on."""
    router = Router(name="cancelling")
    is_cancel = F.data.func(partial(as_action, verb=CANCEL))
    router.callback_query.register(cancel, is_cancel.as_("action"))
    return router


async def cancel(
    callback: CallbackQuery,
    *,
    action: Action,
    translate: Translator,
    bot: Bot,
    dependencies: Dependencies,
) -> None:
    """Cancel a job: from here on it gets no other answer, whoever is at work on it.

    All of it may be repeated, and is where Telegram repeats the press.

    Raises:
        NotKeptError: it cannot be noted now.
    """
    if callback.message is None or len(action.arguments) != 1:
        return
    message, (job_id,) = callback.message, action.arguments
    with keeping():
        outcome = await dependencies.open_jobs.cancel(
            message.chat.id, job_id, callback.from_user.id
        )
        if outcome is Cancellation.DONE:
            await _withdraw(message.chat.id, job_id, dependencies)
        is_over = await dependencies.open_jobs.job(message.chat.id, job_id) is None
    status = StatusMessage(bot, message.chat.id, message.message_id, reply_to=message.message_id)
    async with PressAnswer(callback).accepting(translate(_ANSWERS[outcome])):
        if outcome is Cancellation.DONE:
            telemetry.count("Cancelled")
            with suppress(Exception):  # without the store nobody writes into it either
                await settled(message.chat.id, message.message_id, dependencies.results)
            await status.end_with(translate("status-cancelled"), or_send=False)
        elif outcome is Cancellation.TOO_LATE and is_over:
            # Nobody knew this message: Telegram's answer to its sending was lost.
            await status.end_with(translate("status-over"), or_send=False)


async def _withdraw(chat_id: int, job_id: str, dependencies: Dependencies) -> None:
    """Let the person ask for the same again, and others have the job's place."""
    job = await dependencies.open_jobs.job(chat_id, job_id)
    if job is None:
        return
    await dependencies.results.release(job.claim_key)
    if await dependencies.queue.withdraw(job):
        await dependencies.open_jobs.close(job)
