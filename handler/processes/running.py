"""The ways to run the bot: behind a webhook, polling, or its worker alone."""

import asyncio
import signal
from contextlib import suppress
from typing import Final

from aiohttp import web

from handler.app import create_app
from handler.aws.cloud_error import explained
from handler.aws.sqs_consumer import Consumer
from handler.jobs.engine import EngineFactory
from handler.services import Services
from handler.settings import MissingSettingError, Settings
from handler.telegram.profile import publish_profile

WORK_GRACE_SECONDS: Final = 45.0
"""How long a job that :func:`work` has begun may go on after a signal to stop.

Longer than that of a bot on one machine, whose host may not wait. The host of a worker has to wait
``RESERVED_SECONDS`` of :mod:`handler.aws.sqs_messages` more, for the job to be stopped and handed
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

    Deletes a webhook that is set, since Telegram allows only one of the two.

    Raises:
        TelegramError: the token is wrong, or Telegram cannot be reached at the start.
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
    stopped = stop_signal()
    async with Services(settings, engine_factory=engine_factory) as services:
        with explained(f"the queue {settings.queue_url} cannot be used"):
            consumer = Consumer(services.worker, settings.queue_url, places=settings.workers)
            await consumer.run(stopped, WORK_GRACE_SECONDS)


def stop_signal() -> asyncio.Event:
    """Return an event that SIGINT or SIGTERM sets."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, stopped.set)
    return stopped
