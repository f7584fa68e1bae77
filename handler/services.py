"""Builds everything the bot consists of, and starts and stops it."""

from functools import partial
from types import TracebackType
from typing import Final, Self

from handler.aws.dynamodb import DynamoResultCache
from handler.aws.sqs import SqsJobQueue
from handler.conversation.dispatcher import create_dispatcher
from handler.jobs.engine import EngineFactory, load_engine
from handler.jobs.local import LocalJobQueue
from handler.jobs.memory import MemoryResultCache
from handler.jobs.queue import JobQueue
from handler.jobs.results import ResultCache
from handler.jobs.worker import Worker
from handler.settings import Settings
from handler.telegram.client import create_bot
from handler.texts.texts import Texts
from model_layer.store.store import ModelStore

GRACE_SECONDS: Final = 10.0
"""How long jobs that are worked on in this process may go on when the bot stops."""


class Services:
    """The bot on one machine, or, where a queue is given or set, a part of it.

    Args:
        settings: the bot's settings.
        engine_factory: makes the engine when the first job needs it; by default the real one.
        results: what is remembered; by default in ``settings.results_table``, or in memory.
        queue: takes jobs to workers elsewhere; by default ``settings.queue_url``. Without either,
            jobs are worked on in this process.
        store: the models; by default those in ``settings.weights``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        engine_factory: EngineFactory | None = None,
        results: ResultCache | None = None,
        queue: JobQueue | None = None,
        store: ModelStore | None = None,
    ) -> None:
        self.settings = settings
        self.texts = Texts(settings.default_language)
        self.bot = create_bot(settings)
        self.store = store or ModelStore.open(settings.weights, settings.model_cache)
        self.results = results or _results(settings)
        self.worker = Worker(
            bot=self.bot,
            results=self.results,
            settings=settings,
            texts=self.texts,
            engine_factory=engine_factory or partial(load_engine, self.store, settings.device),
        )
        self._local_queue: LocalJobQueue | None = None
        if queue is None and settings.queue_url:
            queue = SqsJobQueue(settings.queue_url)
        if queue is None:
            queue = self._local_queue = LocalJobQueue(
                self.worker.process, settings.queue_size, settings.workers, self.worker.drop
            )
        self.dispatcher = create_dispatcher(
            settings, texts=self.texts, queue=queue, results=self.results, store=self.store
        )

    @property
    def waiting(self) -> int | None:
        """Jobs that wait in this process; None when they wait elsewhere."""
        return self._local_queue.waiting if self._local_queue else None

    async def start(self) -> None:
        """Begin to work on jobs, in the running event loop."""
        if self._local_queue:
            self._local_queue.start()

    async def stop(self) -> None:
        """Finish or drop what is being worked on, and close all connections."""
        if self._local_queue:
            await self._local_queue.stop(GRACE_SECONDS)
        await self.worker.close()
        await self.bot.session.close()

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


def _results(settings: Settings) -> ResultCache:
    if settings.results_table:
        return DynamoResultCache(settings.results_table)
    return MemoryResultCache(settings.remembered_results)
