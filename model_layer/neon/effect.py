"""The neon effect: light and colour from the network, edges and texture from the photo.

The generator sees the photo at a working size, whole, and is told where coloured light falls. Its
answer reaches full size as a local linear function of the photo, so nothing is squashed or
blurred. The full-size photo is passed over once.
"""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import Neon, Strength
from model_layer.images import join_alpha, split_alpha, to_rgb
from model_layer.neon import grading, lights
from model_layer.neon.exposure import expose
from model_layer.neon.guided_filter import Enlarged, coefficients, shrink
from model_layer.networks.registry import Network
from model_layer.networks.tensors import luma
from model_layer.planning.memory import tidy_up

WORKING_SHORT_SIDE = 256  # pixels; about what the generator saw in training
WORKING_LONG_SIDE = 1024  # pixels; bounds the cost of panoramas
# Pixels at half the working size: small enough that light keeps to the things it falls on, large
# enough that texture does not tint it.
RADIUS = 6
EPS = (1e-3, 1e-5)  # of luma, above noise beside an edge; of colour, which varies less
STRIP_PIXELS = 60_000  # of the full-size picture worked on at once: what fits a core's cache
LARGEST_FACTOR = 1.2  # what is shrunk by twice this or more is averaged in blocks first


def apply(
    network: Network,
    image: Image.Image,
    effect: Neon,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Image.Image:
    """Re-light a picture at its own size.

    Args:
        network: a generator.
        image: mode L, LA, RGB or RGBA; alpha is kept as it is.
        effect: in which light, and how much of it.
        on_progress: called with a growing share of the work done, 0 to 1.

    Returns:
        A picture of the same size, mode RGB or RGBA.
    """
    colour, alpha = split_alpha(image)
    photo = to_rgb(colour)
    on_progress(0.05)
    with torch.inference_mode():
        working = working_picture(photo).to(next(network.module.parameters()).device)
        told = asked(network, working, effect)
        lines = fit(working, generate(network, working, told), effect.strength, told)
        tidy_up(photo.width * photo.height)  # what the generator took makes room for the result
        on_progress(0.8)
        result = render(photo, lines, lambda done: on_progress(0.8 + 0.2 * done))
    del colour, photo  # a large picture is in memory often enough
    return join_alpha(result, alpha)


def working_picture(photo: Image.Image) -> Tensor:
    """A photo of mode RGB at the working size, (1, 3, h, w) in 0..1."""
    factor = min(1.0, WORKING_SHORT_SIDE / min(photo.size), WORKING_LONG_SIDE / max(photo.size))
    size = max(1, round(photo.height * factor)), max(1, round(photo.width * factor))
    # Whole blocks of a large picture are averaged as bytes first, which is fast and small.
    blocks = int(1 / factor / LARGEST_FACTOR)
    planes = _planes(photo.reduce(blocks) if blocks > 1 else photo).transpose(0, 1)[None]
    small = nnf.interpolate(planes, size, mode="bicubic", antialias=True)
    return small.div_(255).clamp_(0, 1)


def asked(network: Network, working: Tensor, effect: Neon) -> Tensor | None:
    """Resolve the light that is asked for, as long as its strength has it.

    Args:
        network: a generator.
        working: (1, 3, h, w) in 0..1.
        effect: in which light.

    Returns:
        What the generator is told, (1, 6, k, k); None where it takes no lights.
    """
    if not network.bank:
        return None
    light = lights.told(effect.light, working.cpu(), network.bank)
    return grading.at_length(light, grading.LOOKS[effect.strength]).to(working.device)


def generate(network: Network, working: Tensor, told: Tensor | None) -> Tensor:
    """Run the generator on a photo at the working size.

    Args:
        network: a generator.
        working: (1, 3, h, w) in 0..1.
        told: of the light, see :func:`asked`.

    Returns:
        (1, 3, h, w) in 0..1.
    """
    low, high = network.value_range
    height, width = working.shape[2:]
    top, left = (-height % network.multiple) // 2, (-width % network.multiple) // 2
    seen = expose(working)
    if told is None:
        seen = luma(seen).expand(-1, 3, -1, -1)
    padded = _pad_by_reflection(seen * (high - low) + low, network.multiple)
    with network.computing():
        shown = padded.contiguous(memory_format=torch.channels_last)
        out = (network.module(shown) if told is None else network.module(shown, told)).float()
    neon: Tensor = out[:, :, top : top + height, left : left + width]
    return neon.sub(low).div_(high - low).clamp(0, 1).contiguous()


def fit(working: Tensor, neon: Tensor, strength: Strength, told: Tensor | None) -> Tensor:
    """Grade the generator's answer to a strength, and write it as functions of the photo.

    Args:
        working: the photo at the working size, (1, 3, h, w) in 0..1.
        neon: the generator's answer to it.
        strength: of the effect.
        told: of the light, see :func:`asked`.

    Returns:
        Coefficients of the joint upsampling, (1, 12, h', w').
    """
    look = grading.LOOKS[strength]
    # Light is smooth: half the size does, at a quarter of the cost.
    guide = shrink(working, 2)
    lines = coefficients(guide, shrink(neon, 2), RADIUS, EPS, grading.keep_texture)
    lines = grading.level(lines, guide)
    lines = grading.keep_differences(lines, guide, look.own)
    if told is not None:
        lines = grading.match_light(lines, guide, told)
        lines = grading.light_everything(lines, guide, told)
    lines = grading.keep_white(lines, guide)
    lines = grading.intensify(lines, guide, look.chroma)
    if look.brightness:
        lines = grading.brighten(lines, guide, look.brightness)
    if look.bloom:
        lines = grading.add_bloom(lines, guide, look.bloom)
    return grading.mix_photo(lines, look.photo) if look.photo else lines


def render(
    photo: Image.Image, lines: Tensor, on_progress: Callable[[float], None] = lambda _: None
) -> Image.Image:
    """Light a photo of mode RGB at its own size, strip by strip.

    Args:
        photo: mode RGB.
        lines: fitted at the working size.
        on_progress: called with a growing share of the work done, 0 to 1.
    """
    width, height = photo.size
    # In units of a byte's level, from here on; the half rounds when the fraction is cut off.
    slopes, constants = torch.split(lines, [9, 3], 1)
    rows = min(height, max(1, STRIP_PIXELS // width))
    enlarged = Enlarged(torch.cat([slopes, constants * 255 + 0.5], 1), height, width, rows)
    result = Image.new("RGB", photo.size)  # strips go into it: no second copy of a large picture
    planes = torch.empty(3, rows, width, dtype=torch.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = _planes(photo.crop((0, top, width, bottom))).to(lines.device)
        lit = enlarged.apply(strip, top)
        levels = planes[:, : bottom - top].copy_(lit.clamp_(0, 255).transpose(0, 1))
        bands = [Image.fromarray(plane) for plane in levels.numpy()]
        result.paste(Image.merge("RGB", bands), (0, top))
        on_progress(bottom / height)
    return result


def _planes(photo: Image.Image) -> Tensor:
    """A picture of mode RGB as (H, 3, W) of float32 in 0..255."""
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
