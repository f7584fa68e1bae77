"""The one thread that networks run in."""

import asyncio
import logging
import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

from PIL import Image

from handler.jobs.engine import Engine, EngineFactory, OnProgress
from handler.jobs.failures import TookTooLongError
from handler.jobs.job import Job
from handler.settings import Settings
from model_layer import Budget, Choice, Effect, Inputs, Plan, Size
from model_layer.planning.memory import free_bytes

STOP_SECONDS: Final = 5.0
"""How long to wait for work that was cancelled: it stops when it next reports progress."""

STUCK_SECONDS: Final = 30.0
"""How much longer than its time work may take before the thread counts as stuck."""

_ANY_SIZE: Final = (64, 64)
"""Of a picture that any model takes, pixels."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


class AbortedError(Exception):
    """Nobody waits for the result any more."""


class ModelThread:
    """Runs one job at a time: a network uses every core, two at once only cost memory.

    A thread cannot be killed. It is asked to stop the next time the engine reports progress,
    when the time is up, the waiting task was cancelled, or :meth:`close` was called.

    Args:
        engine_factory: makes the engine, in the thread and when it is first needed; when that
            fails, the job fails, and the next one tries again.
    """

    def __init__(self, engine_factory: EngineFactory) -> None:
        self._engine_factory = engine_factory
        self._engine: Engine | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._turn = asyncio.Lock()
        self._closed = threading.Event()
        self._warm = False
        self._pending: set[Future[Any]] = set()
        self._ends_by = math.inf

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator["Turn"]:
        """Wait for the thread and keep it: no other job comes between a plan and its work.

        Args:
            seconds: time for the turn, counted from when the thread begins with it.
        """
        async with self._turn:
            yield Turn(self, seconds)

    async def close(self) -> None:
        """Stop the work, forget what waits, and end the thread.

        It is waited for :data:`STOP_SECONDS` at most: nothing stops the loading of torch.
        """
        self._closed.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        pending = [asyncio.wrap_future(future) for future in self._pending]
        if pending:
            await asyncio.wait(pending, timeout=STOP_SECONDS)

    def is_warm(self) -> bool:
        """Tell whether the thread has chosen a model before: its libraries are loaded."""
        return self._warm

    def note_warm(self) -> None:
        """Note that a model was chosen."""
        self._warm = True

    def is_stuck(self) -> bool:
        """Tell whether the thread computes although its time is long up: only a kill ends it."""
        return time.monotonic() > self._ends_by

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Note, in the thread, by when the work in this context has to end."""
        self._ends_by = time.monotonic() + seconds + STUCK_SECONDS
        try:
            yield
        finally:
            self._ends_by = math.inf

    def is_closed(self) -> bool:
        """Tell whether :meth:`close` was called."""
        return self._closed.is_set()

    def submit(self, work: Callable[[Engine], T]) -> Future[T]:
        """Run something in the thread.

        Raises:
            AbortedError: the thread is closed.
        """
        if self.is_closed():
            raise AbortedError
        future = self._executor.submit(self._run, work)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def _run(self, work: Callable[[Engine], T]) -> T:
        if self._engine is None:
            self._engine = self._engine_factory()
        return work(self._engine)


class Turn:
    """One job's time in the model's thread: plan first, then apply what was planned.

    When the task is cancelled, the thread is waited for, :data:`STOP_SECONDS` at most: whoever
    freezes this process next is not to find it at work.

    Args:
        thread: kept for this turn.
        seconds: time for all of it, from when the thread begins.
    """

    def __init__(self, thread: ModelThread, seconds: float) -> None:
        self._thread = thread
        self._seconds = seconds
        self._deadline: float | None = None
        self._cancelled = False

    async def warm_up(self, effect: Effect, inputs: Inputs) -> None:
        """Load and measure the model that an effect usually runs with."""
        await self._choose(lambda engine: engine.choose(effect, _ANY_SIZE, Budget(), (), inputs))

    async def choose(
        self,
        job: Job,
        size: Size,
        settings: Settings,
        others: Iterable[Effect] = (),
        memory: float = math.inf,
    ) -> Choice:
        """Choose the model for a job, or find out what could be done instead.

        Args:
            job: to be planned.
            size: of its picture, pixels.
            settings: patience, and limits of size.
            others: what may be named instead.
            memory: bytes that may be taken at most, where others are promised some.
        """

        def choose_with(engine: Engine) -> Choice:
            left = self._seconds_left()
            engine.refresh(job.effect, job.model_digest, job.inputs)
            # The memory that is free now, when nothing else is being computed.
            budget = Budget(
                left,
                min(memory, free_bytes()),
                settings.patience_seconds,
                settings.limits.output_pixels,
            )
            return engine.choose(job.effect, size, budget, others, job.inputs)

        return await self._choose(choose_with)

    async def resolve(self, effect: Effect, reference: Image.Image) -> Effect:
        """Return what an effect that needs a second picture becomes with it."""
        return await self._run(lambda engine: engine.resolve(effect, reference))

    async def apply(self, plan: Plan, image: Image.Image, on_progress: OnProgress) -> Image.Image:
        """Apply an effect as planned.

        Args:
            plan: what to do, and with which model.
            image: the picture.
            on_progress: called with the done part, 0 to 1, **in the model's thread**.

        Raises:
            TookTooLongError: the time was up before the work was done.
        """

        def report(done: float) -> None:
            if self._cancelled or self._thread.is_closed():
                raise AbortedError
            if self._seconds_left() < 0:
                raise TookTooLongError(f"{self._seconds:.0f} s at {done:.0%}")
            on_progress(done)

        def work(engine: Engine) -> Image.Image:
            report(0.0)
            return engine.apply(plan.effect, image, report, plan.model)

        return await self._run(work)

    async def _choose(self, choose_with: Callable[[Engine], Choice]) -> Choice:
        choice = await self._run(choose_with)
        self._thread.note_warm()
        return choice

    async def _run(self, work: Callable[[Engine], T]) -> T:
        def in_time(engine: Engine) -> T:
            with self._thread.limited(self._seconds_left()):
                return work(engine)

        future = self._thread.submit(in_time)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            self._cancelled = True
            await _ended(future)
            raise

    def _seconds_left(self) -> float:
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self._seconds
        return self._deadline - now


async def _ended(work: "Future[Any]") -> None:
    """Wait until cancelled work has ended, though not for ever."""
    if work.cancel():
        return  # it had not begun
    await asyncio.to_thread(wait, [work], STOP_SECONDS)
    if not work.done():
        logger.warning("the model goes on computing %.0f s after it was to stop", STOP_SECONDS)
