"""The neon effect: light and colour from the network, edges and texture from the photo.

The generator sees the photo's grey version at a working size, whole. Its answer reaches full size
as a local linear function of the photo's own luminance, so nothing is squashed or blurred.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from model_layer.effects import Strength
from model_layer.guided_filter import apply_rows, coefficients
from model_layer.images import join_alpha, split_alpha, to_rgb
from model_layer.networks.registry import Network
from model_layer.tensors import luma, to_bytes, to_tensor

WORKING_SHORT_SIDE = 384  # pixels; what the generator saw in training
WORKING_LONG_SIDE = 1024  # pixels; bounds the cost of panoramas
# Pixels at the working size. The generator's deepest layers leave a faint grid of period 32 in
# flat areas; windows of 2 · 16 + 1 pixels average it away.
RADIUS = 16
EPS = 1e-4  # below the variance of fine texture, so that texture keeps its contrast
NIGHT = 0.4  # mean luma above which a photo counts as bright
DUSK = 0.8  # mean luma of the result, as a share of the photo's, at most
DARK_ENOUGH = 0.3  # mean luma below which a result is never darkened
MAX_GAMMA = 2.2  # more would crush the shadows of a snow scene
STRIP = 256  # rows of the full-size picture worked on at once


def apply(
    network: Network,
    image: Image.Image,
    strength: Strength,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Image.Image:
    """Re-colour a picture at its own size.

    Args:
        network: a generator, grey in, neon out.
        image: mode L, LA, RGB or RGBA; alpha is kept as it is.
        strength: how far to go.
        on_progress: called with a growing share of the work done, 0 to 1.

    Returns:
        A picture of the same size, mode RGB or RGBA.
    """
    colour, alpha = split_alpha(image)
    photo = to_rgb(colour)
    device = next(network.module.parameters()).device
    on_progress(0.05)
    guide = _working_guide(photo).to(device)
    neon = darken(generate(network, expose_for_night(guide)), guide)
    lines = coefficients(guide, neon, RADIUS, EPS)
    on_progress(0.6)
    result = np.empty((photo.height, photo.width, 3), np.uint8)
    for top in range(0, photo.height, STRIP):
        bottom = min(top + STRIP, photo.height)
        strip = to_tensor(photo.crop((0, top, photo.width, bottom))).to(device)
        with torch.inference_mode():
            lit = apply_rows(lines, luma(strip), top, photo.height).clamp(0, 1)
            result[top:bottom] = to_bytes(grade(strip, lit, strength))
        on_progress(0.6 + 0.4 * bottom / photo.height)
    del colour, photo  # a large picture is in memory often enough
    return join_alpha(Image.fromarray(result), alpha)


def expose_for_night(guide: Tensor) -> Tensor:
    """Darken a bright photo by a gamma, (1, 1, h, w) in 0..1, to a mean of :data:`NIGHT`.

    The generator answers a daylight exposure with pastels; shown the same scene a few stops
    darker, it lights it as a night.
    """
    mean = float(guide.mean())
    if not NIGHT < mean < 1:
        return guide
    return guide.pow(min(MAX_GAMMA, math.log(NIGHT) / math.log(mean)))


def darken(neon: Tensor, guide: Tensor) -> Tensor:
    """Keep the light of a night below that of the day it is made from, by a gamma.

    Args:
        neon: the generator's answer, (1, 3, h, w) in 0..1.
        guide: the photo's luma, (1, 1, h, w) in 0..1.
    """
    limit = max(DUSK * float(guide.mean()), DARK_ENOUGH)
    mean = float(luma(neon).mean())
    if not limit < mean < 1:
        return neon
    return neon.pow(min(MAX_GAMMA, math.log(limit) / math.log(mean)))


def generate(network: Network, guide: Tensor) -> Tensor:
    """Run the generator on grey (1, 1, h, w) in 0..1; returns (1, 3, h, w) in 0..1."""
    low, high = network.value_range
    height, width = guide.shape[2:]
    top, left = (-height % network.multiple) // 2, (-width % network.multiple) // 2
    padded = _pad_by_reflection(guide, network.multiple)
    with torch.inference_mode():
        out = network.module(padded.expand(-1, 3, -1, -1) * (high - low) + low)
    neon: Tensor = (out[:, :, top : top + height, left : left + width] - low) / (high - low)
    return neon.contiguous()


def grade(photo: Tensor, neon: Tensor, strength: Strength) -> Tensor:
    """Mix the photo and its neon version, (1, 3, H, W) each in 0..1, to the strength asked for."""
    if strength is Strength.SOFT:
        return torch.lerp(photo, neon, 0.6)
    if strength is Strength.NEON:
        return neon
    # Deeper shadows (a gamma and a soft S-curve on luma), stronger colour in what is lit. Colour
    # fades with the shadows: boosted there, it would show the network's coarse grid.
    y = luma(neon)
    deep = y.pow(1.2)
    deep = torch.lerp(deep, deep * deep * (3 - 2 * deep), 0.3)
    gain = 1.5 * (deep / y.clamp(min=1e-3)).clamp(max=1).sqrt()
    return (deep + gain * (neon - y)).clamp(0, 1)


def _working_guide(photo: Image.Image) -> Tensor:
    """The photo's luma at the working size, (1, 1, h, w) in 0..1."""
    factor = min(1.0, WORKING_SHORT_SIDE / min(photo.size), WORKING_LONG_SIDE / max(photo.size))
    size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
    # Pillow averages over whole areas when it shrinks; reducing_gap makes that fast.
    small = photo.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    return luma(to_tensor(small))


def _pad_by_reflection(x: Tensor, multiple: int) -> Tensor:
    """Pad height and width to multiples, evenly on both sides, by repeated reflection."""
    for axis in (2, 3):
        length = x.shape[axis]
        missing = -length % multiple
        place = torch.arange(length + missing, device=x.device) - missing // 2
        # A triangle wave: unlike torch's reflection, it goes on when the padding is longer than
        # the picture.
        period = max(1, 2 * (length - 1))
        place = place.remainder(period)
        x = x.index_select(axis, torch.minimum(place, period - place).clamp(max=length - 1))
    return x
