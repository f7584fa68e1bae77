"""The one thread that networks run in."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from handler.jobs.failures import TookTooLongError
from model_layer.effects import Effect

if TYPE_CHECKING:
    from model_layer.store import ModelStore

OnProgress = Callable[[float], None]


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


EngineFactory = Callable[[], EngineLike]


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
    """

    def __init__(self, engine_factory: EngineFactory) -> None:
        self._engine_factory = engine_factory
        self._engine: EngineLike | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._closed = threading.Event()

    async def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, seconds: float
    ) -> Image.Image:
        """Apply an effect when the thread is free.

        Args:
            effect: what to do.
            image: the picture.
            on_progress: gets the done part, 0 to 1, **in the model's thread**.
            seconds: time for it, counted from when the thread begins with it.

        Raises:
            TookTooLongError: the time was up before the work was done.
        """
        cancelled = threading.Event()
        future = self._executor.submit(
            self._apply, effect, image, on_progress, seconds, cancelled.is_set
        )
        del image  # so that only the thread keeps it
        try:
            return await asyncio.wrap_future(future)
        finally:
            cancelled.set()  # matters only when the task was cancelled: else the work has ended

    async def close(self) -> None:
        """Stop the work, forget what waits, and end the thread."""
        self._closed.set()
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)

    def _apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: OnProgress,
        seconds: float,
        is_cancelled: Callable[[], bool],
    ) -> Image.Image:
        deadline = time.monotonic() + seconds

        def report(done: float) -> None:
            if is_cancelled() or self._closed.is_set():
                raise AbortedError
            if time.monotonic() > deadline:
                raise TookTooLongError(f"{seconds:.0f} s at {done:.0%}")
            on_progress(done)

        report(0.0)
        if self._engine is None:
            self._engine = self._engine_factory()
        return self._engine.apply(effect, image, report)
