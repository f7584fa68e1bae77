"""Follows groups that have become supergroups: chats with another id."""

import logging
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from handler.telegram.errors import ChatMovedError, MessageGoneError

logger = logging.getLogger(__name__)


class MovedChatMiddleware(BaseRequestMiddleware):
    """Makes a request again for the chat that its chat has become."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request.

        Raises:
            MessageGoneError: it is about a message, which has stayed behind.
        """
        try:
            return await make_request(bot, method)
        except ChatMovedError as moved:
            logger.info("a group has become a supergroup")
            if hasattr(method, "message_id"):
                raise MessageGoneError(str(moved)) from None
            return await make_request(bot, _moved(method, moved.chat_id))


def _moved(method: TelegramMethod[TelegramType], chat_id: int) -> TelegramMethod[TelegramType]:
    # What is replied to has stayed behind: its number is another message's there, if any's.
    changes: dict[str, Any] = {"chat_id": chat_id}
    if hasattr(method, "reply_parameters"):
        changes["reply_parameters"] = None
    return method.model_copy(update=changes)
