"""The door for Telegram's updates: who is let in, and what becomes of what they bring."""

import hmac
import json
import logging
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from aiogram.types.update import UpdateTypeLookupError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from pydantic import ValidationError

from handler.conversation.errors import may_come_again
from handler.observability.log_context import log_context, pseudonym

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # its name only
MAX_BODY: Final = 1024 * 1024
"""Bytes of an update at most; the application's ``client_max_size`` has to say so."""

logger = logging.getLogger(__name__)


class WebhookHandler(SimpleRequestHandler):
    """Takes an update, and answers when it has been dealt with (or given to the queue).

    aiogram's own handler answers first and works in the background, where a frozen process
    would forget it, and it lets everybody in when no secret is set.

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
        super().__init__(dispatcher, bot, handle_in_background=False, secret_token=secret)
        self._secret = secret.encode()

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:  # noqa: ARG002
        """Compare in constant time; headers may hold any bytes."""
        given = telegram_secret_token.encode(errors="surrogateescape")
        return hmac.compare_digest(given, self._secret)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer 401 for a wrong secret, 413 and 400 for bodies that are no updates, else 200.

        Anything but 2xx makes Telegram repeat the update, so an update that is not understood
        or cannot be handled is put up with: repeating it would change nothing. Where a repetition
        may help, as when the answer did not get through to Telegram, the status is 503.
        """
        if not self.verify_secret(request.headers.get(SECRET_HEADER, ""), self.bot):
            return web.Response(status=401, text="Unauthorized")
        body = await request.read()  # raises 413 beyond MAX_BODY
        try:
            content: Any = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400, text="Not JSON")
        if not isinstance(content, dict) or type(content.get("update_id")) is not int:
            return web.Response(status=400, text="Not an update")
        with log_context(update=content["update_id"]):
            taken = await self._feed(content)
        return web.Response(status=200 if taken else 503)

    async def _feed(self, content: dict[str, Any]) -> bool:
        """Deal with an update; False when Telegram is to repeat it."""
        update_id = content["update_id"]
        try:
            update = Update.model_validate(content, context={"bot": self.bot})
            kind = update.event_type
        except UpdateTypeLookupError:
            logger.info("update %d is of an unknown kind", update_id)
            return True
        except ValidationError as error:
            fields = {".".join(map(str, problem["loc"])) for problem in error.errors()}
            logger.warning("update %d is not understood: %s", update_id, ", ".join(fields))
            return True
        try:
            with _about_chat(update, self.bot):
                await self.dispatcher.feed_update(self.bot, update, comes_again=True)
        except Exception as error:
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
