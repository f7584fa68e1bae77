"""The message that tells a person how their job is doing."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import ReplyParameters

from handler.jobs.failures import is_chat_closed
from handler.jobs.job import Job
from handler.telegram.retry import TelegramUnavailableError, patiently

logger = logging.getLogger(__name__)


class StatusMessage:
    """A job's status message, at the job's end. Its methods never raise: they log.

    Args:
        bot: owns the message.
        job: names it.
    """

    def __init__(self, bot: Bot, job: Job) -> None:
        self._bot = bot
        self._job = job

    async def delete(self, last_word: str) -> None:
        """Take the message away, or, when Telegram keeps it, let it say ``last_word``."""
        message_id = self._job.status_message_id
        if message_id is None:
            return
        try:
            await patiently(lambda: self._bot.delete_message(self._job.chat_id, message_id))
        except (TelegramAPIError, TelegramUnavailableError) as error:
            if _is_gone(error):
                logger.debug("job %s: the status message is gone already", self._job.id)
            elif is_chat_closed(error):
                self._give_up(error)
            else:
                await self._end_with(last_word)

    async def say(self, text: str) -> None:
        """Let the message say ``text``, or, when the person has deleted it, a new one."""
        try:
            if not await self._edit(text):
                await self._send(text)
        except (TelegramAPIError, TelegramUnavailableError) as error:
            self._give_up(error)

    async def _end_with(self, text: str) -> None:
        try:
            await self._edit(text)
        except (TelegramAPIError, TelegramUnavailableError) as error:
            self._give_up(error)

    async def _edit(self, text: str) -> bool:
        message_id = self._job.status_message_id
        if message_id is None:
            return False
        try:
            await patiently(
                lambda: self._bot.edit_message_text(
                    text, chat_id=self._job.chat_id, message_id=message_id
                )
            )
        except TelegramBadRequest as error:
            return "not modified" in error.message
        return True

    async def _send(self, text: str) -> None:
        reply = ReplyParameters(
            message_id=self._job.photo_message_id, allow_sending_without_reply=True
        )
        await patiently(
            lambda: self._bot.send_message(self._job.chat_id, text, reply_parameters=reply)
        )

    def _give_up(self, error: Exception) -> None:
        if is_chat_closed(error):
            logger.info("job %s: the person cannot be written to any more", self._job.id)
        else:
            logger.warning("job %s: no word to the person: %s", self._job.id, error)


def _is_gone(error: Exception) -> bool:
    return isinstance(error, TelegramBadRequest) and "not found" in error.message.lower()
