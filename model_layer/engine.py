"""The engine: an effect and a picture in, the result out."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import torch
from PIL import Image

from model_layer.effects import Effect, Size
from model_layer.networks.registry import Network
from model_layer.planning import gpu, planner
from model_layer.planning.planner import Budget, Candidate, Choice, Plan, Speed
from model_layer.planning.runtime import runtime_of
from model_layer.planning.speed_estimator import SpeedEstimator, synthetic_photo
from model_layer.store.manifest import Inputs, Model
from model_layer.store.store import ModelStore

TRIED_SIZE = (640, 480)
"""Of the picture that precisions are tried with, pixels."""


class Engine:
    """Applies effects with the networks of a store. One call at a time: the networks own the cores.

    Args:
        store: where the networks come from; each is loaded when first needed and kept.
        device: torch device; by default a GPU when there is one, else the CPU.
        speed_estimator: knows how fast the device is; by default it is measured.
    """

    def __init__(
        self,
        store: ModelStore,
        device: str | None = None,
        speed_estimator: SpeedEstimator | None = None,
    ) -> None:
        self.store = store
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._lock = threading.Lock()
        self._arranged: dict[tuple[str, str], Network] = {}
        self._speed_estimator = speed_estimator or SpeedEstimator()

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs = "clean") -> None:
        """Look for newer weights, see :meth:`ModelStore.refresh`."""
        self.store.refresh(effect, wanted, inputs)

    def choose(
        self,
        effect: Effect,
        size: Size,
        budget: Budget = Budget(),  # noqa: B008  # immutable
        others: Iterable[Effect] = (),
        inputs: Inputs = "clean",
    ) -> Choice:
        """Choose the model for a picture, or find out that none would be done with it.

        What is not known yet of this machine is measured: a fraction of a second a model.

        Args:
            effect: what is to be done.
            size: width and height of the picture, pixels.
            budget: time and memory there are.
            others: effects that may be named instead.
            inputs: what the picture is like.

        Raises:
            ModelStoreError: a model cannot be loaded.
        """
        self.store.model(effect, inputs)  # there has to be one
        candidates = partial(self._candidates, inputs=inputs)
        if self.device.type == "cuda":
            free = min(budget.memory_bytes, gpu.free_bytes(self.device))
            budget = replace(budget, memory_bytes=free)
        with self._lock:
            return planner.choose(effect, size, budget, candidates, others)

    def plans(self, effect: Effect, size: Size) -> list[Plan]:
        """Predict what an effect costs with each of its models, best first.

        Raises:
            ModelStoreError: a model cannot be loaded.
        """
        with self._lock:
            found = self._candidates(effect)
            return [planner.predict(candidate, effect, size) for candidate in found]

    def speed(self, effect: Effect, model: Model) -> Speed:
        """Return how fast this machine is with a model.

        Raises:
            ModelStoreError: the model cannot be loaded.
        """
        with self._lock:
            return self._candidate(effect, model).speed

    def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: Callable[[float], None] | None = None,
        model: Model | None = None,
    ) -> Image.Image:
        """Apply an effect. Same picture and same weights give the same result, bit for bit.

        Args:
            effect: what to do.
            image: upright sRGB; mode L, LA, RGB or RGBA.
            on_progress: called in this thread with a growing share of the work done, 0 to 1;
                an exception that it raises ends the work and is raised here.
            model: what :meth:`choose` chose; by default the first in the manifest.

        Returns:
            The picture, ``effect.output_size(image.size)`` large; alpha is kept.

        Raises:
            ModelStoreError: the model cannot be loaded.
        """
        report = on_progress or (lambda _: None)
        with self._lock:
            report(0.0)
            model = model or self.store.model(effect)
            network = self._network(effect, model)
            size, began = image.size, time.perf_counter()
            result = runtime_of(effect.family).apply(network, image, effect, report)
            self._speed_estimator.learn(model, network, effect, size, time.perf_counter() - began)
            return result

    def resolve(self, effect: Effect, reference: Image.Image) -> Effect:
        """Return what an effect that needs a second picture becomes with it.

        Args:
            effect: that needs one, and a model.
            reference: of mode L, LA, RGB or RGBA.
        """
        return runtime_of(effect.family).resolve(effect, reference)

    def _candidates(self, effect: Effect, inputs: Inputs = "clean") -> Iterator[Candidate]:
        return (self._candidate(effect, model) for model in self.store.models(effect, inputs))

    def _candidate(self, effect: Effect, model: Model) -> Candidate:
        return self._speed_estimator.candidate(model, self._network(effect, model))

    def _network(self, effect: Effect, model: Model) -> Network:
        network = self.store.load(effect, model)
        # Does nothing from the second time on.
        network.module.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return network if self.device.type == "cpu" else self._settled(effect, model, network)

    def _settled(self, effect: Effect, model: Model, network: Network) -> Network:
        """Arrange a network for this GPU, once."""
        key = (model.name, model.sha256)
        if key not in self._arranged:
            picture = synthetic_photo(*TRIED_SIZE)
            self._arranged[key] = gpu.settle(network, effect, picture)
        return self._arranged[key]
