"""The neon effect: light and colour from the network, edges and texture from the photo.

The generator sees the photo's grey version at a working size, whole. Its answer, graded, reaches
full size as a local linear function of the photo's own luminance, so nothing is squashed or
blurred. The full-size photo is passed over once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import Strength
from model_layer.images import join_alpha, split_alpha, to_rgb
from model_layer.neon import grading
from model_layer.neon.guided_filter import Enlarged, coefficients, shrink
from model_layer.networks.registry import Network

WORKING_SHORT_SIDE = 384  # pixels; what the generator saw in training
WORKING_LONG_SIDE = 1024  # pixels; bounds the cost of panoramas
# Pixels at half the working size: small enough that light keeps to the things it falls on, large
# enough that texture does not tint it.
RADIUS = 4
EPS = 1e-4  # below the variance of fine texture, so that texture keeps its contrast
STRIP_PIXELS = 120_000  # of the full-size picture worked on at once: what fits a core's cache
LARGEST_FACTOR = 1.2  # what is shrunk by twice this or more is averaged in blocks first


@dataclass(frozen=True)
class Graded:
    """The generator's answer, graded, at half the working size."""

    picture: Tensor
    """(1, 3, h, w) in 0..1."""
    guide: Tensor
    """The photo's luma, (1, 1, h, w) in 0..1."""
    photo: float
    """Share of the photo's own colours that is still to be mixed in."""


@dataclass(frozen=True)
class Light:
    """How a photo P with the luma I becomes neon: ``own``·P + a·I + b, in 0..1."""

    lines: Tensor
    """a and b, (1, 6, h, w), to be enlarged."""
    own: float
    """Factor of the photo's own colours."""


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
    on_progress(0.05)
    with torch.inference_mode():
        guide = working_guide(photo).to(next(network.module.parameters()).device)
        exposed = grading.expose_for_night(guide)
        light = fit(graded(generate(network, exposed), exposed, guide, strength))
        on_progress(0.8)
        result = render(photo, light, lambda done: on_progress(0.8 + 0.2 * done))
    del colour, photo  # a large picture is in memory often enough
    return join_alpha(result, alpha)


def working_guide(photo: Image.Image) -> Tensor:
    """The photo's luma at the working size, (1, 1, h, w) in 0..1."""
    factor = min(1.0, WORKING_SHORT_SIDE / min(photo.size), WORKING_LONG_SIDE / max(photo.size))
    size = max(1, round(photo.height * factor)), max(1, round(photo.width * factor))
    # Whole blocks of a large picture are averaged as bytes first, which is fast and small.
    blocks = int(1 / factor / LARGEST_FACTOR)
    plane = luma_of(photo.reduce(blocks) if blocks > 1 else photo)[None, None]
    small = nnf.interpolate(plane, size, mode="bicubic", antialias=True)
    return small.div_(255).clamp_(0, 1)


def generate(network: Network, guide: Tensor) -> Tensor:
    """Run the generator on grey (1, 1, h, w) in 0..1; returns (1, 3, h, w) in 0..1."""
    low, high = network.value_range
    height, width = guide.shape[2:]
    top, left = (-height % network.multiple) // 2, (-width % network.multiple) // 2
    padded = _pad_by_reflection(guide * (high - low) + low, network.multiple)
    with torch.inference_mode():
        out = network.module(padded.expand(-1, 3, -1, -1))
    neon: Tensor = out[:, :, top : top + height, left : left + width]
    return neon.sub(low).div_(high - low).contiguous()


def graded(neon: Tensor, exposed: Tensor, guide: Tensor, strength: Strength) -> Graded:
    """Grade the generator's answer.

    Args:
        neon: the answer, (1, 3, h, w) in 0..1.
        exposed: what the generator saw, (1, 1, h, w) in 0..1.
        guide: the photo's luma, (1, 1, h, w) in 0..1.
        strength: how far to go.
    """
    look = grading.LOOKS[strength]
    # Light is smooth: half the size does, at a quarter of the cost.
    neon, exposed, guide = (shrink(x, 2) for x in (neon, exposed, guide))
    neon = grading.cool_shadows(grading.darken(neon, guide), exposed)
    return Graded(grading.intensify(neon, look), guide, look.photo)


def fit(graded: Graded) -> Light:
    """Fit a graded answer to the photo's luma."""
    picture, guide = graded.picture, graded.guide
    lines = coefficients(guide, picture, RADIUS, EPS, grading.keep_texture)
    return Light(*grading.mix_photo(lines, graded.photo))


def render(
    photo: Image.Image, light: Light, on_progress: Callable[[float], None] = lambda _: None
) -> Image.Image:
    """Light a photo of mode RGB at its own size, strip by strip.

    Args:
        photo: mode RGB.
        light: fitted at the working size.
        on_progress: called with a growing share of the work done, 0 to 1.
    """
    width, height = photo.size
    device = light.lines.device
    a, b = light.lines.chunk(2, 1)
    # In units of a byte's level, from here on; the half rounds when the fraction is cut off.
    rows = min(height, max(1, STRIP_PIXELS // width))
    enlarged = Enlarged(torch.cat([a, b * 255 + 0.5], 1), height, width, rows)
    planes = torch.empty(3, height, width, dtype=torch.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = photo.crop((0, top, width, bottom))
        lit = enlarged.apply(luma_of(strip).to(device), top)
        if light.own:
            lit.add_(_bands(strip).to(device), alpha=light.own)
        planes[:, top:bottom].copy_(lit.clamp_(0, 255).transpose(0, 1))
        on_progress(bottom / height)
    return Image.merge("RGB", [Image.fromarray(plane) for plane in planes.numpy()])


def luma_of(photo: Image.Image) -> Tensor:
    """Rec. 601 luma of a picture of mode L or RGB, not rounded: (H, W) in 0..255."""
    return torch.from_numpy(np.array(photo.convert("F")))


def _bands(photo: Image.Image) -> Tensor:
    """The picture as (H, 3, W) of float32 in 0..255."""
    planes = np.stack([np.asarray(band) for band in photo.split()], 1)
    return torch.from_numpy(planes).to(torch.float32)


def _pad_by_reflection(x: Tensor, multiple: int) -> Tensor:
    """Pad height and width to multiples, evenly on both sides, by repeated reflection."""
    height, width = x.shape[2:]
    top, left = -height % multiple // 2, -width % multiple // 2
    bottom, right = -height % multiple - top, -width % multiple - left
    if bottom < height and right < width:
        return nnf.pad(x, (left, right, top, bottom), mode="reflect")
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
