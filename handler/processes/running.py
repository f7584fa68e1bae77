"""The ways to run the bot: behind a webhook, polling, or its worker alone."""

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, NoReturn

from aiohttp import web

from handler.app import create_app
from handler.aws.cloud_error import explained
from handler.jobs.engine import EngineFactory
from handler.jobs.messages import RESERVED_SECONDS
from handler.jobs.sqlite.database import IN_MEMORY
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.supervisor import Supervised
from handler.processes.polling import Polling
from handler.services import Jobs, Services
from handler.settings import MissingSettingError, Settings
from handler.webhook_admin import publish
from model_layer.planning.memory import resident_bytes

WORK_GRACE_SECONDS: Final = 45.0
"""How long a job from SQS that :func:`work` has begun may go on after a signal to stop.

Longer than on one machine, whose host may not wait. The host of such a worker has to wait
``RESERVED_SECONDS`` of :mod:`handler.jobs.messages` more, for the job to be stopped and released:
``StopTimeout`` in template.yaml.
"""
REQUESTS_SECONDS: Final = 0.5
"""Of the time for a stop: for updates that are being handled; Telegram repeats the others."""
CHECK_SECONDS: Final = 1.0
"""Between two looks at the memory of a worker."""
MEGABYTE: Final = 1_000_000
BACKLOG: Final = 128
"""Connections that wait until they are taken."""

logger = logging.getLogger(__name__)


async def serve(settings: Settings, stopped: asyncio.Event) -> None:
    """Serve the webhook on ``settings.host`` and ``settings.port`` until ``stopped`` is set.

    Raises:
        MissingSettingError: no webhook secret.
        StoreError: the store cannot be opened.
        OSError: the port is taken.
    """
    app = create_app(settings, services=Services(settings, jobs="beside"))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=REQUESTS_SECONDS)
    await runner.setup()
    try:
        await _listen(runner, settings.host, settings.port)
        print(f"Listening on http://{settings.host}:{settings.port}", flush=True)  # noqa: T201
        await stopped.wait()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Serve at an address.

    When there are no files left for connections, asyncio tries as many times as its backlog is
    long, logs each, and tries each again a second later, with the same outcome: the loop has
    time for nothing else. So its backlog is one, and only the system's is long.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    await web.SockSite(runner, door, backlog=1).start()
    door.listen(BACKLOG)


async def poll(
    settings: Settings, stopped: asyncio.Event, engine_factory: EngineFactory | None = None
) -> None:
    """Fetch updates from Telegram until ``stopped`` is set; needs no address of one's own.

    Deletes a webhook that is set, since Telegram allows only one of the two.

    Args:
        settings: of the bot.
        stopped: ends it.
        engine_factory: makes the engine, for work in this process; by default a process beside
            this one works with the real one.

    Raises:
        TelegramError: the token is wrong, or Telegram cannot be reached at the start.
        StoreError: the store cannot be opened.
    """
    jobs: Jobs = "here" if engine_factory else "beside"
    async with Services(settings, engine_factory=engine_factory, jobs=jobs) as services:
        await services.bot.delete_webhook()
        await publish(services)
        await Polling(services.bot, services.dispatcher).run(stopped)


async def work(
    settings: Settings,
    stopped: asyncio.Event,
    engine_factory: EngineFactory | None = None,
    *,
    supervised: bool = False,
) -> None:
    """Do the jobs in ``settings.queue_url``, or else in the store, until ``stopped`` is set.

    Then no more jobs are begun, and what is not done within a grace is released. The networks are
    loaded at the start.

    Args:
        settings: of the bot.
        stopped: ends it; set here when the supervisor wants that.
        engine_factory: makes the engine; by default the real one.
        supervised: whether a :class:`handler.jobs.supervisor.Supervisor` holds the other end of
            the standard input.

    Raises:
        MissingSettingError: no queue, and a store in memory.
        CloudError: the queue is missing, may not be read, or cannot be reached at the start.
        StoreError: the store cannot be opened.
    """
    if settings.store == IN_MEMORY and not settings.queue_url:
        raise MissingSettingError("QUEUE_URL", "a worker takes its jobs from there or from STORE")
    grace = WORK_GRACE_SECONDS if settings.queue_url else settings.stop_seconds / 2
    async with Services(settings, engine_factory=engine_factory, jobs="elsewhere") as services:
        watching = [
            asyncio.create_task(_recycle(services, settings.worker_megabytes)),
            asyncio.create_task(services.worker.warm_up()),
        ]
        if supervised and isinstance(services.queue, SqliteJobQueue):
            supervision = Supervised(services.queue, services.worker.is_well)
            watching.append(asyncio.create_task(supervision.run(stopped)))
        with explained(f"the queue {settings.queue_url} cannot be used"):
            await services.consumer.run(stopped, grace)
        for task in watching:
            task.cancel()


def work_stop_seconds(settings: Settings) -> float:
    """Return how long the stop of :func:`work` may take."""
    return WORK_GRACE_SECONDS + RESERVED_SECONDS if settings.queue_url else settings.stop_seconds


async def _recycle(services: Services, megabytes: int) -> None:
    """Let the worker end between two jobs when it has taken more memory than it may keep."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        if services.consumer.done and resident_bytes() > megabytes * MEGABYTE:
            logger.info("more than %d MB: the worker ends after what it has begun", megabytes)
            services.consumer.drain()
            return


def run(command: Callable[[asyncio.Event], Coroutine[Any, Any, None]], seconds: float) -> None:
    """Run a command of this process until it ends by itself, or SIGINT or SIGTERM stops it.

    Args:
        command: gets an event that is set when it is to stop.
        seconds: after a signal; then the process ends at once, whatever hangs. What is kept
            elsewhere is not lost. A second signal changes nothing.
    """
    with asyncio.Runner() as runner:
        stopped = asyncio.Event()

        def stop() -> None:
            if not stopped.is_set():
                _exit_after(seconds)
            stopped.set()

        on_signal(runner.get_loop(), stop)
        runner.run(command(stopped))


def stop_signal() -> asyncio.Event:
    """Return an event that SIGINT or SIGTERM sets."""
    stopped = asyncio.Event()
    on_signal(asyncio.get_running_loop(), stopped.set)
    return stopped


def on_signal(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call something in an event loop when the process is to stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, call)


def end(code: int) -> NoReturn:
    """End the process at once: to take modules apart takes seconds on a busy machine."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _exit_after(seconds: float) -> None:
    """End the process although threads or connections hang."""

    def give_up() -> None:
        logger.warning("the stop takes more than %.0f s: ending", seconds)
        end(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
