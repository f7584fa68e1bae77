"""The connection to Telegram: a bot whose requests are repeated by one table of policies."""

from functools import cache
from typing import Any, Final

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientTimeout

from handler.observability.logs import hide_in_logs
from handler.settings import Settings
from handler.telegram.errors import translate
from handler.telegram.moved_chats import MovedChatMiddleware
from handler.telegram.retry import RetryMiddleware, policy_of

CONNECT_SECONDS: Final = 5.0


def create_bot(settings: Settings) -> Bot:
    """Make the bot; the caller closes ``bot.session``. Its token never shows in a log."""
    token = settings.bot_token.get_secret_value()
    hide_in_logs(token, "<token>")
    server = TelegramAPIServer.from_base(str(settings.telegram_api_url), is_local=False)
    session = TelegramSession(api=server)
    session.middleware(MovedChatMiddleware())
    session.middleware(RetryMiddleware())
    return Bot(token, session, DefaultBotProperties(link_preview_is_disabled=True))


@cache
def _response_of(result: Any) -> Any:
    """Keep the model of an answer for good.

    aiogram names it anew for each answer, and pydantic holds it weakly: it would be built again and
    again, which holds up the event loop for milliseconds each time.
    """
    return Response[result]


class TelegramSession(AiohttpSession):
    """aiogram's HTTP session, which raises nothing but :class:`TelegramError`.

    Its connections can be given up when they may be dead.

    Attributes:
        longest: seconds that no request may exceed, whatever is asked for; None for no such limit.
    """

    longest: float | None = None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is aiogram's
    ) -> TelegramType:
        """Make one request, in ``timeout`` seconds (by default the policy's) or in less.

        Raises:
            TelegramError: refused, or not to be reached.
        """
        seconds = policy_of(method).timeout if timeout is None else timeout
        if self.longest is not None:
            seconds = min(seconds, self.longest)
        limits = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        try:
            # aiogram hands it on to aiohttp as it is.
            return await super().make_request(bot, method, limits)  # type: ignore[arg-type]
        except (TelegramNetworkError, OSError, UnicodeDecodeError) as error:
            raise translate(error) from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read an answer.

        Raises:
            TelegramError: it is a refusal, or no answer of Telegram's.
        """
        _response_of(method.__returning__)
        try:
            return super().check_response(bot, method, status_code, content)
        except (ClientDecodeError, TelegramAPIError) as error:
            raise translate(error, status_code) from None

    async def forget_connections(self) -> None:
        """Close all connections, at once; the next request opens a new one."""
        if self._session is not None:
            await self._session.close()
