"""The ways to run the bot: behind a webhook, polling, in the playground, or its worker alone."""

import asyncio
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from pydantic import HttpUrl, SecretStr

from handler import telemetry
from handler.app import WEBHOOK_PATH, MissingSettingError, create_app
from handler.cloud_error import explained
from handler.jobs.model_thread import EngineFactory
from handler.jobs.sqs_consumer import Consumer
from handler.playground import Playground
from handler.profile import publish_profile
from handler.services import Services
from handler.settings import Settings
from handler.webhook_admin import set_webhook

LOCALHOST = "127.0.0.1"
WORK_GRACE_SECONDS: Final = 45.0
"""How long a job that :func:`work` has begun may go on after a signal to stop.

Longer than that of a bot on one machine, whose host may not wait. The host of a worker has to wait
``RESERVED_SECONDS`` of :mod:`handler.jobs.sqs_messages` more, for the job to be stopped and handed
back: ``StopTimeout`` in template.yaml.
"""


def serve(settings: Settings) -> None:
    """Serve the webhook on ``settings.host`` and ``settings.port`` until SIGINT or SIGTERM.

    Raises:
        MissingSettingError: no webhook secret.
        OSError: the port is taken.
    """
    web.run_app(create_app(settings), host=settings.host, port=settings.port, access_log=None)


async def poll(settings: Settings, engine_factory: EngineFactory | None = None) -> None:
    """Fetch updates from Telegram until SIGINT or SIGTERM; needs no address of one's own.

    Takes a webhook back that is set, since Telegram allows only one of the two.

    Raises:
        TelegramAPIError: the token is wrong, or Telegram cannot be reached at the start.
    """
    async with Services(settings, engine_factory=engine_factory) as services:
        await services.bot.delete_webhook()
        await publish_profile(services.bot, services.texts)
        await services.dispatcher.start_polling(services.bot, close_bot_session=False)


async def work(settings: Settings, engine_factory: EngineFactory | None = None) -> None:
    """Work off the jobs in ``settings.queue_url`` until SIGINT or SIGTERM.

    Then no more jobs are begun, and what is not done within :data:`WORK_GRACE_SECONDS` goes back
    into the queue.

    Raises:
        MissingSettingError: no queue.
        CloudError: the queue is missing, may not be read, or cannot be reached at the start.
    """
    if not settings.queue_url:
        raise MissingSettingError("QUEUE_URL", "a worker takes its jobs from there")
    stopped = _stop_signal()
    async with Services(settings, engine_factory=engine_factory) as services:
        with explained(f"the queue {settings.queue_url} cannot be used"):
            consumer = Consumer(services.worker, settings.queue_url, places=settings.workers)
            await consumer.run(stopped, WORK_GRACE_SECONDS)


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
        door = stack.enter_context(socket.create_server((LOCALHOST, 0)))
        telegram = await stack.enter_async_context(
            Playground(token=token, host=LOCALHOST, port=port)
        )
        webhook_url = f"http://{LOCALHOST}:{door.getsockname()[1]}{WEBHOOK_PATH}"
        settings = Settings(
            bot_token=SecretStr(token),
            telegram_api_url=HttpUrl(telegram.url),
            webhook_url=HttpUrl(webhook_url),
            webhook_secret=SecretStr(secret),
        )
        telemetry.set_up(settings)
        services = Services(settings, engine_factory=engine_factory)
        runner = web.AppRunner(create_app(settings, services=services), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, door).start()
        await set_webhook(services)
        yield LocalBot(telegram, webhook_url, secret)


async def playground(port: int) -> None:
    """Serve the chat page, with the bot behind it, until SIGINT or SIGTERM.

    Raises:
        OSError: the port is taken.
    """
    stopped = _stop_signal()
    async with local_bot(port) as bot:
        print(f"The chat is at {bot.telegram.url} (Ctrl-C ends it)", flush=True)  # noqa: T201
        await stopped.wait()


def _stop_signal() -> asyncio.Event:
    """Return an event that Ctrl-C or a polite kill sets."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, stopped.set)
    return stopped
