"""The one thread that networks run in."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, runtime_checkable

from PIL import Image

from handler.jobs.failures import TookTooLongError
from model_layer.effects import Effect, Size
from model_layer.planning.planner import Budget, Choice
from model_layer.store.manifest import Inputs, Model

if TYPE_CHECKING:
    from model_layer.store.store import ModelStore

OnProgress = Callable[[float], None]

STOP_SECONDS: Final = 5.0
"""How long to wait for work that was cancelled: it stops when it next reports progress."""

logger = logging.getLogger(__name__)


class EngineLike(Protocol):
    """What the worker needs of :class:`model_layer.engine.Engine`."""

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress | None = None
    ) -> Image.Image:
        """Return the picture with the effect applied.

        ``on_progress`` gets the done part, 0 to 1, from time to time, in the same thread; what
        it raises ends the work and comes out of here.
        """
        ...


@runtime_checkable
class PlanningEngine(Protocol):
    """An engine that can tell beforehand what an effect costs, and has a choice of models."""

    def choose(
        self,
        effect: Effect,
        size: Size,
        budget: Budget,
        others: Iterable[Effect],
        inputs: Inputs,
    ) -> Choice:
        """Choose the model for a picture, or say what would be done instead of the effect."""
        ...

    def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: OnProgress | None = None,
        model: Model | None = None,
    ) -> Image.Image:
        """Return the picture with the effect applied, see :class:`EngineLike`, by that model."""
        ...


EngineFactory = Callable[[], EngineLike]


class Request(NamedTuple):
    """What a plan is wanted for."""

    effect: Effect
    size: Size
    """Of the picture, pixels."""
    digest: str
    """Of the weights that are wanted, if the choice falls on them."""
    budget: Budget
    others: tuple[Effect, ...]
    """Effects that may be named instead."""
    inputs: Inputs = "clean"
    """What the picture is like."""


class ModelsLike(Protocol):
    """What the thread needs of :class:`model_layer.store.store.ModelStore`."""

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs = "clean") -> str:
        """Let an effect run with the weights of a digest, if they can be had.

        Returns the digest of the weights that it runs with now.
        """
        ...

    def digest(self, effect: Effect) -> str:
        """Return the digest of the weights that an effect runs with."""
        ...


class Made(NamedTuple):
    """A picture, and what made it."""

    image: Image.Image
    digest: str | None
    """Of the weights; None if they were replaced meanwhile, so that nobody can tell."""


def engine_from(store: "ModelStore", device: str | None) -> EngineFactory:
    """Return what makes an engine, and imports torch only then.

    Args:
        store: where models come from.
        device: a torch device; None for a GPU where there is one.
    """

    def make() -> EngineLike:
        from model_layer.engine import Engine  # noqa: PLC0415  # seconds of torch

        return Engine(store, device)

    return make


class AbortedError(Exception):
    """Nobody waits for the result any more."""


class ModelThread:
    """Runs one effect at a time: a network uses every core, two at once only cost memory.

    A thread cannot be killed. It is asked to stop the next time the engine reports progress,
    when the time is up, the waiting task was cancelled, or :meth:`close` was called.

    Args:
        engine_factory: makes the engine, in the thread and when it is first needed; when that
            fails, the job fails, and the next one tries again.
        models: of the engine; None for an engine whose weights never change.
    """

    def __init__(self, engine_factory: EngineFactory, models: ModelsLike | None = None) -> None:
        self._engine_factory = engine_factory
        self._models = models
        self._engine: EngineLike | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._closed = threading.Event()

    async def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: OnProgress,
        seconds: float,
        digest: str,
        *,
        model: Model | None = None,
    ) -> Made:
        """Apply an effect when the thread is free.

        When the task is cancelled, the thread is waited for, :data:`STOP_SECONDS` at most: whoever
        freezes this process next is not to find it at work.

        Args:
            effect: what to do.
            image: the picture.
            on_progress: gets the done part, 0 to 1, **in the model's thread**.
            seconds: time for it, counted from when the thread begins with it.
            digest: SHA-256 of the weights that are wanted; newer ones are used where there are any.
            model: what was planned, which is used then.

        Raises:
            TookTooLongError: the time was up before the work was done.
        """
        cancelled = threading.Event()
        reporter = partial(self._reporter, on_progress, seconds, cancelled.is_set)
        future = self._executor.submit(self._apply, effect, image, digest, reporter, model)
        del image  # so that only the thread keeps it
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            cancelled.set()
            await _ended(future)
            raise

    async def plan(self, request: Request) -> Choice | None:
        """Choose the model for a picture when the thread is free.

        Returns:
            A plan, or what to do instead; None when the engine cannot tell.
        """
        future = self._executor.submit(self._plan, request)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            await _ended(future)
            raise

    async def close(self) -> None:
        """Stop the work, forget what waits, and end the thread."""
        self._closed.set()
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)

    def _reporter(
        self, on_progress: OnProgress, seconds: float, is_cancelled: Callable[[], bool]
    ) -> OnProgress:
        """Return what the engine reports to, which ends the work when it is to end."""
        deadline = time.monotonic() + seconds

        def report(done: float) -> None:
            if is_cancelled() or self._closed.is_set():
                raise AbortedError
            if time.monotonic() > deadline:
                raise TookTooLongError(f"{seconds:.0f} s at {done:.0%}")
            on_progress(done)

        return report

    def _ready_engine(self) -> EngineLike:
        if self._engine is None:
            self._engine = self._engine_factory()
        return self._engine

    def _plan(self, request: Request) -> Choice | None:
        engine = self._ready_engine()
        if not isinstance(engine, PlanningEngine):
            return None
        if self._models is not None:
            self._models.refresh(request.effect, request.digest, request.inputs)
        return engine.choose(
            request.effect, request.size, request.budget, request.others, request.inputs
        )

    def _apply(
        self,
        effect: Effect,
        image: Image.Image,
        digest: str,
        reporter: Callable[[], OnProgress],
        model: Model | None,
    ) -> Made:
        report = reporter()
        report(0.0)
        engine = self._ready_engine()
        if model is not None and isinstance(engine, PlanningEngine):
            return Made(engine.apply(effect, image, report, model), model.sha256)
        if self._models is None:
            return Made(engine.apply(effect, image, report), digest)
        before = self._models.refresh(effect, digest)
        made = engine.apply(effect, image, report)
        return Made(made, before if self._models.digest(effect) == before else None)


async def _ended(work: "Future[Any]") -> None:
    """Wait until cancelled work has ended, though not for ever."""
    if work.cancel():
        return  # it had not begun
    await asyncio.to_thread(wait, [work], STOP_SECONDS)
    if not work.done():
        logger.warning("the model goes on computing %.0f s after it was to stop", STOP_SECONDS)
