"""Builds everything the bot consists of, and starts and stops it."""

import asyncio
import logging
import time
from contextlib import suppress
from functools import cached_property, partial
from types import TracebackType
from typing import Final, Literal, Self

from handler.aws.backlog import DynamoBacklog
from handler.aws.counters import DynamoCounters
from handler.aws.dynamodb import DynamoResultCache
from handler.aws.memory import DynamoMemory
from handler.aws.open_jobs import DynamoOpenJobs
from handler.aws.sqs import SqsJobQueue
from handler.conversation.dispatcher import create_dispatcher
from handler.conversation.redeliveries import CLAIM_PREFIX
from handler.jobs.consumer import Consumer
from handler.jobs.engine import EngineFactory, load_engine
from handler.jobs.offers import Offers
from handler.jobs.sqlite.counters import SqliteCounters
from handler.jobs.sqlite.database import IN_MEMORY, Database
from handler.jobs.sqlite.location import durability_warning, locate
from handler.jobs.sqlite.memory import SqliteMemory
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.supervisor import Supervisor
from handler.jobs.worker import Worker
from handler.observability.logs import hide_in_logs
from handler.settings import Settings
from handler.telegram.client import create_bot
from handler.texts.texts import Texts
from model_layer import ModelStore

Jobs = Literal["here", "beside", "elsewhere"]
"""Where jobs are done: in this event loop, in a process that this one supervises, or by others."""

CLOSING_SECONDS: Final = 1.0
"""Of the time for a stop: for connections, and for what went before and took too long."""
TELLING_SECONDS: Final = 2.0
"""How long it may take to tell those who wait for jobs that are not kept."""
LOCAL_PAUSE: Final = 5.0
"""Before a job that failed is tried again on one machine, where somebody waits for just it."""
LOCAL_VISIBILITY: Final = 30.0
"""After how long a job begins anew whose worker has died, where no supervisor sees that at once."""

logger = logging.getLogger(__name__)


class Services:
    """The bot, or the part of it that this process is.

    Jobs are kept in ``settings.queue_url``, claims, results and notes in
    ``settings.results_table``, or else all of them in the file ``settings.store``.

    Args:
        settings: the bot's settings.
        engine_factory: makes the engine when the first job needs it; by default the real one.
        store: the models; by default those in ``settings.weights``.
        jobs: where they are done, unless that is in ``settings.queue_url``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        engine_factory: EngineFactory | None = None,
        store: ModelStore | None = None,
        jobs: Jobs = "here",
    ) -> None:
        self.settings = settings
        self.texts = Texts(settings.default_language)
        self.bot = create_bot(settings)
        if settings.webhook_secret:
            hide_in_logs(settings.webhook_secret.get_secret_value(), "<webhook secret>")
        self.store = store or ModelStore.open(
            settings.weights,
            settings.model_cache,
            manifest=settings.manifest,
            preferred=settings.preferred_models,
        )
        self._database = Database(locate(settings.store))
        self.results = (
            DynamoResultCache(settings.results_table)
            if settings.results_table
            else SqliteResultCache(self._database, settings.remembered_results)
        )
        self.memory = (
            DynamoMemory(settings.results_table)
            if settings.results_table
            else SqliteMemory(self._database)
        )
        self.counters = (
            DynamoCounters(settings.results_table)
            if settings.results_table
            else SqliteCounters(self._database)
        )
        self.open_jobs = (
            DynamoOpenJobs(settings.results_table)
            if settings.results_table
            else SqliteOpenJobs(self._database)
        )
        self.queue = (
            SqsJobQueue(settings.queue_url, None, _backlog(settings), self.open_jobs)
            if settings.queue_url
            else SqliteJobQueue(
                self._database,
                capacity=settings.queue_size,
                chat_capacity=settings.queue_per_chat,
                workers=settings.workers,
            )
        )
        offers = Offers(self.store, settings.limits)
        self.worker = Worker(
            bot=self.bot,
            results=self.results,
            open_jobs=self.open_jobs,
            memory=self.memory,
            settings=settings,
            texts=self.texts,
            offers=offers,
            engine_factory=engine_factory or partial(load_engine, self.store, settings.device),
        )
        self.dispatcher = create_dispatcher(
            settings,
            texts=self.texts,
            queue=self.queue,
            results=self.results,
            counters=self.counters,
            memory=self.memory,
            open_jobs=self.open_jobs,
            store=self.store,
            offers=offers,
        )
        self._jobs = "elsewhere" if settings.queue_url else jobs
        self._stopped = asyncio.Event()
        self._consuming: asyncio.Task[None] | None = None
        self._supervisor: Supervisor | None = None

    @cached_property
    def consumer(self) -> Consumer:
        """Does the jobs of the queue in this process."""
        if isinstance(self.queue, SqsJobQueue):
            return Consumer(self.worker, self.queue, concurrency=self.settings.places)
        return Consumer(
            self.worker,
            self.queue,
            concurrency=self.settings.places,
            visibility_seconds=LOCAL_VISIBILITY,
            first_pause=LOCAL_PAUSE,
        )

    async def waiting(self) -> int | None:
        """Return how many jobs wait on this machine; None when they wait elsewhere."""
        if not isinstance(self.queue, SqliteJobQueue):
            return None
        waiting, _ = await self.queue.counts()
        return waiting

    async def start(self) -> None:
        """Begin to work on jobs, in the running event loop.

        Raises:
            StoreError: the store cannot be opened.
        """
        if self._jobs == "elsewhere":
            return
        await self._database.open()
        reason = durability_warning(self._database.path)
        if reason and self.settings.store != IN_MEMORY:
            logger.warning(reason)
        if isinstance(self.results, SqliteResultCache):
            # No other process handles updates: those that were being handled are repeated.
            await self.results.release_incomplete(CLAIM_PREFIX)
        beside = self._jobs == "beside" and not self._database.is_in_memory
        if beside and isinstance(self.queue, SqliteJobQueue):
            self._supervisor = Supervisor(self.queue)
            self._supervisor.start()
        else:
            grace = self.settings.stop_seconds - CLOSING_SECONDS
            self._consuming = asyncio.create_task(self.consumer.run(self._stopped, grace))

    async def stop(self) -> None:
        """End the work, which is kept for the next start, and close all connections.

        What is begun may go on for ``settings.stop_seconds``. Where nothing is kept, who waits is
        told at once. A second call does nothing.
        """
        if self._stopped.is_set():
            return
        self._stopped.set()
        ends = time.monotonic() + self.settings.stop_seconds - CLOSING_SECONDS
        await self._tell_who_waits()
        if self._supervisor:
            await self._supervisor.stop(ends - time.monotonic())
        if self._consuming:
            await self._consuming
            await self._tell_who_waits()
        await self.worker.close()
        await self.bot.session.close()
        await self._database.close()

    async def _tell_who_waits(self) -> None:
        """Apologise for the jobs that end with this process."""
        if not (self._database.is_in_memory and isinstance(self.queue, SqliteJobQueue)):
            return
        jobs = await self.queue.drain()
        drops = (self.worker.drop(job) for job in jobs)
        with suppress(TimeoutError):
            async with asyncio.timeout(TELLING_SECONDS):
                await asyncio.gather(*drops, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()


def _backlog(settings: Settings) -> DynamoBacklog | None:
    """Return what bounds SQS; nothing does where there is no table to count in."""
    if settings.results_table is None:
        return None
    return DynamoBacklog(
        settings.results_table,
        capacity=settings.queue_size,
        chat_capacity=settings.queue_per_chat,
    )
