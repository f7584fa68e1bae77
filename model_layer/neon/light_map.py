"""Where coloured light falls in a picture: a coarse grid of colours, whatever their brightness.

A cell says the colour of the light and of the shadows, each as (R - Y, B - Y) / (Y + 0.08), which
the brightness of the cell does not change. A bright pixel counts for the light, a dark one for the
shadows. Light and shadows of a cell may each be unknown.
"""

import base64
import binascii
import math

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.networks.tensors import chroma, luma

LONGEST = 1.5
"""Length of a colour, at most; real neon pictures have hardly any beyond."""
CELLS = 3
"""Along each side of a map that is written as a code."""

_BLACK = 0.08  # luma that keeps the colour of black from being infinite
_BITS = 5  # of a hue and of a length, in a code
_LEVELS = 2**_BITS
_CODE_BITS = 2 * CELLS**2 * 2 * _BITS  # light and shadows; hue and length
CODE_LENGTH = _CODE_BITS // 6
"""Characters of a code."""


class LightCodeError(ValueError):
    """The code is not that of a light map."""


def measure(picture: Tensor, cells: int) -> Tensor:
    """Measure where coloured light falls.

    Args:
        picture: (N, 3, H, W) in 0..1.
        cells: along each side.

    Returns:
        (N, 4, cells, cells): the light's R - Y and B - Y, then those of the shadows.
    """
    y = luma(picture)
    colours = []
    for weight in (y.square() + 1e-4, (1 - y) ** 6 + 1e-4):
        mean = nnf.adaptive_avg_pool2d(picture * weight, cells)
        colours.append(_chroma(mean / nnf.adaptive_avg_pool2d(weight, cells)))
    return torch.cat(colours, 1)


def _chroma(colour: Tensor) -> Tensor:
    """The brightness-free colour, (N, 2, H, W), of (N, 3, H, W) in 0..1."""
    return shorten(chroma(colour) / (luma(colour) + _BLACK), LONGEST)


def shorten(colours: Tensor, most: float) -> Tensor:
    """Make colours (N, 2, h, w) no longer than ``most``.

    Their hue stays, which a limit for each channel would turn.
    """
    # Not `norm`: its gradient at zero is not a number.
    length = (colours.square().sum(1, keepdim=True) + 1e-12).sqrt()
    return colours * (most / length.clamp(min=most))


def tell(colours: Tensor, known: Tensor) -> Tensor:
    """What a generator is told.

    Args:
        colours: (N, 4, h, w), as measured.
        known: (N, 2, h, w), 1 where the light, and where the shadows, are to be told, else 0.

    Returns:
        (N, 6, h, w).
    """
    light, shadows = colours.chunk(2, 1)
    return torch.cat([light * known[:, :1], shadows * known[:, 1:], known], 1)


def encode(told: Tensor) -> str:
    """Write what is told as a code of 30 letters, digits, ``-`` and ``_``.

    Five bits for each hue, five for each length; a length of 0 stands for unknown.

    Args:
        told: (1, 6, 3, 3).
    """
    u, v, known = told[0, 0:4:2], told[0, 1:4:2], told[0, 4:]
    bits = 0
    for x, y, is_known in zip(*(values.flatten().tolist() for values in (u, v, known))):
        hue = round(math.atan2(y, x) / math.tau * _LEVELS) % _LEVELS
        length = round(min(math.hypot(x, y) / LONGEST, 1) * (_LEVELS - 1))
        value = hue << _BITS | max(1, length) if is_known else 0
        bits = bits << 2 * _BITS | value
    padding = -_CODE_BITS % 8
    data = (bits << padding).to_bytes((_CODE_BITS + padding) // 8, "big")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")[:CODE_LENGTH]


def decode(code: str) -> Tensor:
    """Read a code back: (1, 6, 3, 3).

    Raises:
        LightCodeError: it is no such code.
    """
    try:
        if len(code) != CODE_LENGTH:
            raise ValueError(f"{len(code)} characters, not {CODE_LENGTH}")
        filled = code + "A" * (-len(code) % 4)
        data = base64.b64decode(filled, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise LightCodeError(f"{code!r} is not the code of a light: {error}") from error
    bits = int.from_bytes(data, "big") >> (len(data) * 8 - _CODE_BITS)
    told = torch.zeros(1, 6, CELLS, CELLS)
    for place in range(2 * CELLS**2):
        value = bits >> (_CODE_BITS - 2 * _BITS * (place + 1))
        hue, length = (value >> _BITS) % _LEVELS, value % _LEVELS
        if length:
            kind, cell = divmod(place, CELLS**2)
            row, column = divmod(cell, CELLS)
            angle, radius = hue / _LEVELS * math.tau, length / (_LEVELS - 1) * LONGEST
            told[0, 2 * kind, row, column] = radius * math.cos(angle)
            told[0, 2 * kind + 1, row, column] = radius * math.sin(angle)
            told[0, 4 + kind, row, column] = 1
    return told
