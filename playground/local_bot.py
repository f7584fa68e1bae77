"""The bot beside a local Telegram: no token, no cloud."""

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from pydantic import HttpUrl, SecretStr

from handler.app import create_app
from handler.endpoints import WEBHOOK_PATH
from handler.jobs.engine import EngineFactory
from handler.jobs.sqlite.database import IN_MEMORY
from handler.observability import telemetry
from handler.processes.running import stop_signal
from handler.services import Services
from handler.settings import Settings
from handler.webhook_admin import publish, set_webhook
from playground.server import Playground

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class LocalBot:
    """The bot beside a local Telegram."""

    telegram: Playground
    webhook_url: str
    secret: str
    """What the webhook wants to see in Telegram's header."""


@asynccontextmanager
async def local_bot(
    port: int = 0, engine_factory: EngineFactory | None = None
) -> AsyncIterator[LocalBot]:
    """Run a local Telegram with a chat page, and the bot beside it, its webhook set.

    Token and secret are fresh and of no use elsewhere; the other settings are read as usual.

    Args:
        port: of the chat page; 0 for any free one.
        engine_factory: makes the engine when the first job needs it; by default the real one.

    Raises:
        OSError: the port is taken.
    """
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(24)}"
    secret = secrets.token_urlsafe(24)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(socket.create_server((LOCALHOST, 0)))
        telegram = await stack.enter_async_context(
            Playground(token=token, host=LOCALHOST, port=port)
        )
        webhook_url = f"http://{LOCALHOST}:{listener.getsockname()[1]}{WEBHOOK_PATH}"
        settings = Settings(
            bot_token=SecretStr(token),
            telegram_api_url=HttpUrl(telegram.url),
            webhook_url=HttpUrl(webhook_url),
            webhook_secret=SecretStr(secret),
            store=IN_MEMORY,
        )
        telemetry.set_up(settings)
        services = Services(settings, engine_factory=engine_factory)
        runner = web.AppRunner(create_app(settings, services=services), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        await set_webhook(services)
        await publish(services)
        yield LocalBot(telegram, webhook_url, secret)


async def playground(port: int) -> None:
    """Serve the chat page, with the bot behind it, until SIGINT or SIGTERM.

    Raises:
        OSError: the port is taken.
    """
    stopped = stop_signal()
    async with local_bot(port) as bot:
        print(f"The chat is at {bot.telegram.url} (Ctrl-C ends it)", flush=True)  # noqa: T201
        await stopped.wait()
