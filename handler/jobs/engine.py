"""The engine, as jobs know it."""

import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PIL import Image

from model_layer import Budget, Choice, Effect, Inputs, Model, ModelStore, Size

if TYPE_CHECKING:
    from model_layer import Engine as ModelEngine

OnProgress = Callable[[float], None]


class Engine(Protocol):
    """What jobs need of :class:`model_layer.engine.Engine`, called from one thread."""

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs) -> None:
        """Look for newer weights, unless the effect runs with those of the digest ``wanted``."""
        ...

    def choose(
        self,
        effect: Effect,
        size: Size,
        budget: Budget,
        others: Iterable[Effect],
        inputs: Inputs,
    ) -> Choice:
        """Choose the model for a picture, or say which of the ``others`` would be possible."""
        ...

    def resolve(self, effect: Effect, reference: Image.Image) -> Effect:
        """Return what an effect that needs a second picture becomes with it."""
        ...

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, model: Model
    ) -> Image.Image:
        """Return the picture with the effect applied by the model.

        ``on_progress`` is called with the done part, 0 to 1, in the same thread; an exception
        that it raises ends the work and is raised here.
        """
        ...


CPU_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
"""What a container may use of the processors: microseconds in so many (man 7 cgroups)."""

EngineFactory = Callable[[], Engine]


def load_engine(store: ModelStore, device: str | None) -> "ModelEngine":
    """Make the real engine; imports torch, whose threads then share the cores with others.

    Args:
        store: where models come from.
        device: a torch device; None for a GPU where there is one.
    """
    share_cores()
    from model_layer import Engine  # noqa: PLC0415  # seconds of torch

    return Engine(store, device)


def share_cores() -> None:
    """Set how OpenMP's threads wait, and how many there are, before torch loads OpenMP.

    By default they spin while they wait for each other: beside a busy neighbour, or beyond a
    container's quota, that takes the cores from the very thread that they wait for. What is set
    already stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")  # the same for Intel's and LLVM's OpenMP
    cores = _quota()
    if cores is not None and cores < (os.cpu_count() or 1):
        os.environ.setdefault("OMP_NUM_THREADS", str(cores))


def _quota() -> int | None:
    """Return how many cores this container may use, rounded up; None for all."""
    try:
        quota, period = CPU_QUOTA.read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no control groups of version 2, or "max"
        return None
