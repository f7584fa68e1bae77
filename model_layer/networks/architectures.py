"""What is known of each of super-image's architectures, without importing them.

Left out are those of super-image 0.2.0 that do not enlarge a picture when asked to: masa and jiif
want a second picture, liif wants coordinates, smsr and rnan fail in evaluation mode.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import nn

from model_layer.networks import edsr
from model_layer.networks.network import Forward

Parameters = Mapping[str, int | float | bool | str]
"""A network's parameters, named as the fields of super-image's configuration."""


Fields = Mapping[str, int]
"""The fields of a configuration that decide about the overlap."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """One of super-image's architectures.

    All map (N, 3, H, W) to (N, 3, H * scale, W * scale), both in 0..1: that is how super-image
    itself feeds them, whatever ``rgb_range`` says.
    """

    prefix: str
    """What the names of its classes begin with."""
    overlap: Callable[[Fields], int] | None
    """From its configuration: pixels of the input, to each side, that an output pixel depends on.
    None where it depends on all, through global pooling (channel attention)."""
    scales: tuple[int, ...] = (2, 3, 4)
    fixed: tuple[tuple[str, int], ...] = ()
    """Fields for which the network works with one value only, though its signature has others."""
    tile: int = 256
    """See :class:`Network`."""
    accelerate: Callable[[nn.Module], Forward] | None = None
    """See :class:`Network`."""


def _edsr_overlap(config: Fields) -> int:
    return 1 + 2 * config["n_resblocks"] + 1 + _UPSAMPLER


def _msrn_overlap(config: Fields) -> int:
    return 1 + 4 * config["n_blocks"] + 1 + _UPSAMPLER  # two convolutions of 5×5 a block


def _mdsr_overlap(_config: Fields) -> int:
    return 1 + 2 * 2 + 2 * 32 + 1 + _UPSAMPLER  # two blocks for the scale, 32 for all


def _carn_overlap(_config: Fields) -> int:
    return 1 + 3 * 3 * 2 + _UPSAMPLER  # three blocks of three blocks of two convolutions


def _awsrn_overlap(config: Fields) -> int:
    return 1 + config["n_resblocks"] * (2 * config["n_awru"] + 1) + 4  # the tail's largest is 9×9


def _pan_overlap(config: Fields) -> int:
    # What follows the nearest-neighbour upsampling are three convolutions at two or three times
    # the resolution, or two at twice and three at four times.
    return 1 + 2 * config["nb"] + 1 + (1 if config["scale"] == 3 else 2)


def _ddbpn_overlap(config: Fields) -> int:
    # Six projections up and five down, of three strided convolutions each; such a convolution
    # reaches two pixels further at the higher resolution, whatever the scale.
    high = 3 * (6 + 5) * 2 + 1
    return 1 + math.ceil(high / config["scale"])


def _physicssr_overlap(config: Fields) -> int:
    # An EDSR, then two more at the higher resolution, each after a blur of radius `scale`.
    body = 1 + 2 * config["n_resblocks"] + 1
    after_first_shuffle = 3 if config["scale"] == 4 else 1  # 3×3 at ×2 and at ×4, or one
    high = after_first_shuffle + 2 * (config["scale"] + body + 1)
    return body + 1 + math.ceil(high / config["scale"])


_UPSAMPLER = 2
"""Overlap for a convolution at the input's resolution, pixel shuffle, and 3×3 convolutions after
it: those work at a higher resolution and reach one pixel of the input further in all."""

_COLOURS = ("n_colors", 3)
_CHANNELS = (("in_nc", 3), ("out_nc", 3))

ARCHITECTURES: dict[str, Architecture] = {
    "a2n": Architecture("A2n", None, fixed=_CHANNELS, tile=512),
    "awsrn": Architecture("Awsrn", _awsrn_overlap, fixed=(_COLOURS,)),
    "carn": Architecture("Carn", _carn_overlap, tile=224),
    "ddbpn": Architecture("Ddbpn", _ddbpn_overlap, scales=(2, 4), fixed=(_COLOURS,), tile=128),
    "drln": Architecture("Drln", None, tile=224),
    "drn": Architecture("Drn", None, scales=(2, 4), fixed=(_COLOURS,), tile=384),
    "edsr": Architecture(
        "Edsr",
        _edsr_overlap,
        fixed=(_COLOURS, ("no_upsampling", False)),
        tile=320,
        accelerate=edsr.accelerate,
    ),
    "han": Architecture("Han", None, fixed=(_COLOURS, ("n_resgroups", 10)), tile=352),
    "mdsr": Architecture("Mdsr", _mdsr_overlap, tile=192),
    "msrn": Architecture("Msrn", _msrn_overlap, tile=176),
    "pan": Architecture("Pan", _pan_overlap, fixed=_CHANNELS),
    "physicssr": Architecture("Physicssr", _physicssr_overlap, fixed=(_COLOURS,), tile=64),
    "rcan": Architecture("Rcan", None, fixed=(_COLOURS,), tile=448),
}
"""By super-image's name of the model, in lower case."""
