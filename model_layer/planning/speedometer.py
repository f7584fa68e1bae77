"""How fast this machine is with a model: measured in a moment, refined by what work takes."""

import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from model_layer.effects import Effect, Neon, Size
from model_layer.images import encode
from model_layer.neon import effect as neon
from model_layer.networks.registry import Network
from model_layer.planning.layout import Layout, Tiles, Whole
from model_layer.planning.planner import Candidate, Speed, predict
from model_layer.store.manifest import Model
from model_layer.upscaling import effect as upscale

MEASURED_OPERATIONS = 8e10
"""Of one measured pass, at most: about half a second on two cores that are free."""
MEASURED_SECONDS = 0.2
"""Passes are repeated for so long."""
SMALLEST_SIDE = 48
"""Of the picture that is measured with, pixels; below it overheads would count for too much."""
MEASURED_NEON_SIDE = 512
"""Of the picture that neon is measured with, pixels: about what most photos are made to."""
WEIGHT = 0.5
"""Of the newest observation."""
SHORTEST_SECONDS = 0.05
"""What takes less tells little."""

Measure = Callable[[Model, Network], Speed]


class Speedometer:
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
        return Candidate(model, layout(network), self._speeds[model.sha256], copies(network))

    def learn(
        self, model: Model, network: Network, effect: Effect, size: Size, seconds: float
    ) -> None:
        """Take note of how long an effect really took; of models not measured yet, nothing."""
        speed = self._speeds.get(model.sha256)
        if speed is None:
            return
        plan = predict(Candidate(model, layout(network), speed), effect, size)
        if plan.effect_seconds > SHORTEST_SECONDS:
            self._speeds[model.sha256] = speed.refined(plan.effect_seconds, seconds, WEIGHT)


def measured(model: Model, network: Network) -> Speed:
    """Run a model on a small picture and see how long it takes."""
    measure = measure_neon if model.effect == "neon" else measure_upscaler
    return measure(network, model.operations_per_pixel)


def layout(network: Network) -> Layout:
    """Say in what parts a network is shown a picture."""
    if network.multiple > 1:
        return Whole(network.multiple, neon.WORKING_SHORT_SIDE, neon.WORKING_LONG_SIDE)
    if network.halo is None:
        return Whole(most_pixels=network.tile**2)
    return Tiles(network.tile, network.halo)


def copies(network: Network) -> float:
    """Say how often a network keeps its channels of a pixel at the same time, at most."""
    if network.multiple > 1:
        return 1.0  # a U-Net begins by halving both sides
    if network.accelerate:
        return 8.0
    return max(16.0, 2.0 * network.scale**2)  # an upsampler holds what it gets and what it gives


def measure_upscaler(network: Network, operations_per_pixel: int) -> Speed:
    """Enlarge a picture as large as a photo's tile, or not much smaller.

    On a busy machine every step of a network waits for all cores: the smaller the picture, the
    more that counts.
    """
    side = int((MEASURED_OPERATIONS / operations_per_pixel) ** 0.5)
    side = min(network.tile, max(SMALLEST_SIDE, side))
    picture = drawn(side, side)
    upscale.apply(network, picture.crop((0, 0, 8, 8)))  # the first pass is slower
    seconds = _seconds(lambda: upscale.apply(network, picture))
    encoding = _seconds(lambda: encode(picture, "PNG"))
    return Speed(
        operations_per_second=side * side * operations_per_pixel / seconds,
        encoding_seconds_per_pixel=encoding / (side * side),
    )


def measure_neon(network: Network, operations_per_pixel: int) -> Speed:
    """Light a small picture, then carry its light to a larger one."""
    side = MEASURED_NEON_SIDE
    device = next(network.module.parameters()).device
    working = torch.rand(1, 3, side, side, device=device)

    def light() -> Tensor:
        with torch.inference_mode():
            return neon.fit(working, neon.generate(network, working, Neon()), Neon())

    lit = light()  # the first pass is slower
    photo = drawn(2 * side, side)

    def carry() -> Image.Image:
        with torch.inference_mode():
            return neon.render(photo, lit)

    carry()
    pixels = photo.width * photo.height
    return Speed(
        operations_per_second=side * side * operations_per_pixel / _seconds(light),
        seconds_per_pixel=_seconds(carry) / pixels,
        encoding_seconds_per_pixel=_seconds(lambda: encode(photo, "JPEG")) / pixels,
    )


def drawn(width: int, height: int) -> Image.Image:
    """Draw something as smooth, and as noisy, as photos are; the same each time."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (8, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float64)
    grain = random.normal(0, 2, smooth.shape)
    return Image.fromarray((smooth + grain).clip(0, 255).astype(np.uint8))


def _seconds(work: Callable[[], object]) -> float:
    """Return how long work takes, on average of as often as :data:`MEASURED_SECONDS` allow."""
    began, times = time.perf_counter(), 0
    while times == 0 or time.perf_counter() - began < MEASURED_SECONDS:
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times += 1
    return (time.perf_counter() - began) / times
