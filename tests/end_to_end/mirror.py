"""A third family of effects, complete: what it is, what runs it, what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps

from model_layer.effects import Effect, FollowUp
from model_layer.networks.network import Network
from model_layer.planning.layout import Whole
from model_layer.planning.planner import Speed


class Axis(StrEnum):
    ACROSS = "across"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Mirror(Effect):
    family = "mirror"
    runtime = __name__
    lossless = True

    axis: Axis = Axis.ACROSS
    border: int = 0
    """Pixels left black at each side."""

    @classmethod
    def offered(cls) -> tuple["Mirror", ...]:
        return cls(Axis.ACROSS), cls(Axis.DOWN), cls(Axis.DOWN, border=2)

    def follow_ups(self) -> tuple[tuple[FollowUp, ...], ...]:
        return ((FollowUp(Mirror(self.axis, self.border + 1)),),)


TEXTS = """
button-mirror = 🪞 { $axis } { $border }
choose-effect-mirror = 🪞 Mirror: which way?
press-accepted-mirror = 🪞 Turning round…
status-working-mirror = 🪞 Turning { $percent }%
caption-mirror = 🪞 Turned { $axis }, { $border } pixels of border.
effect-mirror = Mirror
"""


def apply(
    network: Network, image: Image.Image, effect: Mirror, on_progress: Callable[[float], None]
) -> Image.Image:
    assert not network.module.training
    turned = ImageOps.mirror(image) if effect.axis is Axis.ACROSS else ImageOps.flip(image)
    on_progress(1.0)
    return ImageOps.expand(ImageOps.crop(turned, effect.border), effect.border)


def measure(network: Network, operations_per_pixel: int) -> Speed:
    return Speed(operations_per_pixel * 1e9)


def layout(network: Network) -> Whole:
    return Whole(network.multiple)


def values(network: Network, channels: int) -> float:
    return channels
