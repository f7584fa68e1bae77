"""Telegram's updates: who may send them, and what becomes of each."""

import hmac
import json
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from handler.conversation.errors import failure_kind, may_come_again
from handler.observability import telemetry
from handler.observability.log_context import log_context, pseudonym

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # its name only
MAX_BODY: Final = 1024 * 1024
"""Bytes of an update at most."""
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response, for whatever server or function is to send it."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: _TEXT)


class Webhook:
    """Handles an update before it answers: a function's process is frozen after the response.

    Args:
        dispatcher: gets the updates.
        bot: answers them.
        secret: what Telegram was told to send along; not empty.

    Raises:
        ValueError: no secret.
    """

    def __init__(self, dispatcher: Dispatcher, bot: Bot, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would let everybody in")
        self._dispatcher = dispatcher
        self._bot = bot
        self._secret = secret.encode()

    def is_telegram(self, secret: str) -> bool:
        """Compare the header's value in constant time; headers may hold any bytes."""
        return hmac.compare_digest(secret.encode(errors="surrogateescape"), self._secret)

    async def answer(self, secret: str, body: bytes) -> Answer:
        """Answer 401 for a wrong secret, 413 and 400 for bodies that are no updates, else 200.

        Anything but 2xx makes Telegram repeat the update. One that is not understood or cannot be
        handled is answered with 200, since repeating it would change nothing. Where a repetition
        may help, as when the bot's answer did not get through to Telegram, the status is 503.
        """
        if not self.is_telegram(secret):
            telemetry.count("Unauthorised")
            return Answer(401, "Unauthorized")
        if len(body) > MAX_BODY:
            return Answer(413, "Too large")
        try:
            content: Any = json.loads(body)
        except (ValueError, RecursionError):
            return Answer(400, "Not JSON")
        if not isinstance(content, dict) or type(content.get("update_id")) is not int:
            return Answer(400, "Not an update")
        with log_context(update=content["update_id"]):
            handled = await self._feed(content)
        return Answer(200 if handled else 503)

    async def _feed(self, content: dict[str, Any]) -> bool:
        """Handle an update; False when Telegram is to repeat it."""
        update_id = content["update_id"]
        telemetry.count("Updates")
        try:
            update = Update.model_validate(content, context={"bot": self._bot})
            kind = update.event_type
        except UpdateTypeLookupError:
            logger.info("update %d is of an unknown kind", update_id)
            return True
        except ValidationError as error:
            fields = {".".join(map(str, problem["loc"])) for problem in error.errors()}
            logger.warning("update %d is not understood: %s", update_id, ", ".join(fields))
            return True
        try:
            with _about_chat(update, self._bot):
                await self._dispatcher.feed_update(self._bot, update, comes_again=True)
        except Exception as error:
            if kind_of_failure := failure_kind(error):
                telemetry.failure(kind_of_failure)
            if may_come_again(error):
                logger.warning("update %d (%s) has to come again: %s", update_id, kind, error)
                return False
            logger.exception("update %d (%s): even the handler of errors failed", update_id, kind)
        return True


def _about_chat(update: Update, bot: Bot) -> AbstractContextManager[None]:
    """Name the chat in the log, where the update has one."""
    message = update.message
    if update.callback_query and isinstance(update.callback_query.message, Message):
        message = update.callback_query.message
    if message is None:
        return nullcontext()
    return log_context(chat=pseudonym(message.chat.id, bot.token))
