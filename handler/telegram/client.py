"""The connection to Telegram: a bot that waits when asked to and tries again when it may."""

import asyncio
import logging
from typing import Any, Final

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageText,
    GetFile,
    GetMe,
    GetWebhookInfo,
    Response,
    SendChatAction,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from handler.observability.logs import hide_in_logs
from handler.settings import Settings

MAX_WAIT: Final = 20.0
"""Seconds a request waits in all; Telegram waits 60 for the answer to an update."""
MAX_RETRIES: Final = 3
FIRST_PAUSE: Final = 0.5

# Doing these twice is the same as doing them once. A message could arrive twice.
IDEMPOTENT: Final[tuple[type[TelegramMethod[Any]], ...]] = (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageText,
    GetFile,
    GetMe,
    GetWebhookInfo,
    SendChatAction,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    SetWebhook,
)
# Worthless when late: who shows progress skips an edit that Telegram has no time for.
FLEETING: Final[tuple[type[TelegramMethod[Any]], ...]] = (EditMessageText, SendChatAction)

logger = logging.getLogger(__name__)


def create_bot(settings: Settings) -> Bot:
    """Make the bot; the caller closes ``bot.session``. Its token never shows in a log."""
    token = settings.bot_token.get_secret_value()
    hide_in_logs(token, "<token>")
    server = TelegramAPIServer.from_base(str(settings.telegram_api_url), is_local=False)
    session = TelegramSession(api=server)
    session.middleware(Patience())
    return Bot(token, session, DefaultBotProperties(link_preview_is_disabled=True))


class TelegramSession(AiohttpSession):
    """aiogram's HTTP session; its connections can be given up when they may be dead.

    Attributes:
        longest: seconds that no request may exceed, whatever is asked for; None for no such limit.
    """

    longest: float | None = None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # the signature is aiogram's
    ) -> TelegramType:
        """Make a request, in ``timeout`` seconds or in less."""
        seconds = self.timeout if timeout is None else timeout
        if self.longest is not None:
            seconds = min(seconds, self.longest)
        # aiogram hands it on to aiohttp, which takes fractions.
        return await super().make_request(bot, method, seconds)  # type: ignore[arg-type]

    async def forget_connections(self) -> None:
        """Close all connections, at once; the next request opens a new one."""
        if self._session is not None:
            await self._session.close()


class Patience(BaseRequestMiddleware):
    """Waits when Telegram asks to, and repeats what the network lost if that does no harm.

    Edits and chat actions do not wait: Telegram's refusal goes to the caller at once.

    Args:
        max_wait: seconds to wait in all before the error is let through.
        first_pause: seconds before the first repetition; doubles with each.
    """

    def __init__(self, max_wait: float = MAX_WAIT, first_pause: float = FIRST_PAUSE) -> None:
        self.max_wait = max_wait
        self.first_pause = first_pause

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, again if need be."""
        waited, pause, retries = 0.0, self.first_pause, 0
        while True:
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:  # refused, not done: any method may be repeated
                delay = float(error.retry_after)
                if isinstance(method, FLEETING) or waited + delay > self.max_wait:
                    raise
            except (TelegramNetworkError, TelegramServerError) as error:
                retries += 1
                if not isinstance(method, IDEMPOTENT) or retries > MAX_RETRIES:
                    raise
                logger.warning("%s: %s; trying again", type(method).__name__, error)
                delay, pause = pause, pause * 2
            waited += delay
            await asyncio.sleep(delay)
