"""The engine, as jobs know it."""

from collections.abc import Callable, Iterable
from typing import Protocol

from PIL import Image

from model_layer.effects import Effect, Size
from model_layer.planning.planner import Budget, Choice
from model_layer.store.manifest import Inputs, Model
from model_layer.store.store import ModelStore

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

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, model: Model
    ) -> Image.Image:
        """Return the picture with the effect applied by the model.

        ``on_progress`` is called with the done part, 0 to 1, in the same thread; an exception
        that it raises ends the work and is raised here.
        """
        ...


EngineFactory = Callable[[], Engine]


def load_engine(store: ModelStore, device: str | None) -> Engine:
    """Make the real engine; imports torch.

    Args:
        store: where models come from.
        device: a torch device; None for a GPU where there is one.
    """
    from model_layer.engine import Engine  # noqa: PLC0415  # seconds of torch

    return Engine(store, device)
