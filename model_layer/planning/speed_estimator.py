"""How fast this machine is with a model: measured in a moment, refined by what work takes."""

import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image

from model_layer.effects import Effect, Size
from model_layer.networks.network import Network
from model_layer.planning.planner import Candidate, Speed, channels, predict
from model_layer.planning.runtime import runtime_of
from model_layer.store.manifest import Model

MEASURED_SECONDS = 0.2
"""Passes are repeated for so long."""
WEIGHT = 0.5
"""Of the newest observation."""
SHORTEST_SECONDS = 0.05
"""What takes less tells little."""

Measure = Callable[[Model, Network], Speed]


class SpeedEstimator:
    """Speeds by model, on one device.

    Args:
        measure: measures the speed of a model the first time.
    """

    def __init__(self, measure: Measure | None = None) -> None:
        self._measure = measure or measured
        self._speeds: dict[str, Speed] = {}

    def candidate(self, model: Model, network: Network) -> Candidate:
        """Describe a model for the planner; measured the first time.

        Args:
            model: its entry in the manifest.
            network: the model, loaded, on the device.
        """
        if model.sha256 not in self._speeds:
            self._speeds[model.sha256] = self._measure(model, network)
        runtime = runtime_of(model.effect)
        speed = self._speeds[model.sha256]
        values = runtime.values(network, channels(model))
        return Candidate(model, runtime.layout(network), speed, values)

    def learn(
        self, model: Model, network: Network, effect: Effect, size: Size, seconds: float
    ) -> None:
        """Take note of how long an effect really took; of models not measured yet, nothing."""
        speed = self._speeds.get(model.sha256)
        if speed is None:
            return
        plan = predict(self.candidate(model, network), effect, size)
        if plan.effect_seconds > SHORTEST_SECONDS:
            self._speeds[model.sha256] = speed.refined(plan.effect_seconds, seconds, WEIGHT)


def measured(model: Model, network: Network) -> Speed:
    """Run a model on a small picture and see how long it takes."""
    return runtime_of(model.effect).measure(network, model.operations_per_pixel)


def synthetic_photo(width: int, height: int) -> Image.Image:
    """Draw something as smooth, and as noisy, as photos are; the same each time."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (8, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float64)
    grain = random.normal(0, 2, smooth.shape)
    return Image.fromarray((smooth + grain).clip(0, 255).astype(np.uint8))


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long work takes, on average of as often as :data:`MEASURED_SECONDS` allow."""
    began, times = time.perf_counter(), 0
    while times == 0 or time.perf_counter() - began < MEASURED_SECONDS:
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times += 1
    return (time.perf_counter() - began) / times
