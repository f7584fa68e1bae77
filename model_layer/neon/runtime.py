"""Runs and measures the networks of the neon effect."""

from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor

from model_layer.effects import Effect, LightFrom, Lights, Neon
from model_layer.images import encode
from model_layer.neon import effect as neon
from model_layer.neon.lights import code_of
from model_layer.neon.sheet import sheet_of_lights
from model_layer.networks.network import Network
from model_layer.planning.layout import Whole
from model_layer.planning.planner import Speed
from model_layer.planning.speed_estimator import seconds_of, synthetic_photo

MEASURED_SIDE = 512
"""Of the picture that the generator is measured with, pixels: about what photos are shrunk to."""


def apply(
    network: Network,
    image: Image.Image,
    effect: Neon | Lights,
    on_progress: Callable[[float], None],
) -> Image.Image:
    """Light a picture, see :func:`model_layer.neon.effect.apply`, or draw a sheet of it."""
    if isinstance(effect, Neon):
        return neon.apply(network, image, effect, on_progress)

    def apply_neon(one: Neon, photo: Image.Image) -> Image.Image:
        return neon.apply(network, photo, one)

    return sheet_of_lights(apply_neon, image, effect, on_progress)


def resolve(effect: LightFrom, reference: Image.Image) -> Effect:
    """Return neon in the light of a picture."""
    return Neon(effect.strength, code_of(reference))


def layout(network: Network) -> Whole:
    """Return how the generator is shown a picture: whole, at the working size."""
    return Whole(network.multiple, neon.WORKING_SHORT_SIDE, neon.WORKING_LONG_SIDE)


def values(network: Network, channels: int) -> float:  # noqa: ARG001  # the same for all generators
    """Return how many numbers a generator keeps for a pixel it is shown, at most."""
    return channels  # a U-Net begins by halving both sides


def measure(network: Network, operations_per_pixel: int) -> Speed:
    """Light a small picture, then carry its light to a larger one."""
    side = MEASURED_SIDE
    device = next(network.module.parameters()).device
    working = torch.rand(1, 3, side, side, device=device)

    def light() -> Tensor:
        with torch.inference_mode():
            told = neon.asked(network, working, Neon())
            lit = neon.generate(network, working, told)
            return neon.fit(working, lit, Neon().strength, told)

    lit = light()  # the first pass is slower
    photo = synthetic_photo(2 * side, side)

    def carry() -> Image.Image:
        with torch.inference_mode():
            return neon.render(photo, lit)

    carry()
    pixels = photo.width * photo.height
    return Speed(
        operations_per_second=side * side * operations_per_pixel / seconds_of(light),
        seconds_per_pixel=seconds_of(carry) / pixels,
        encoding_seconds_per_pixel=seconds_of(lambda: encode(photo, "JPEG")) / pixels,
    )
