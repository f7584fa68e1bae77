"""Light and tone of the neon effect, all at the generator's working size.

Before the generator: a photo is exposed for the night. After it: the answer is graded to a
strength. Everything here is smooth and small; edges and texture come back with the joint
upsampling.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import Strength
from model_layer.neon.guided_filter import coefficients, shrink
from model_layer.tensors import luma

NIGHT = 0.4  # mean luma above which a photo counts as bright
PITCH_DARK = 0.08  # mean luma below which a photo counts as underexposed
GAMMAS = (0.55, 2.2)  # less would lift noise and JPEG's blocks, more crush the shadows of snow
FALLOFF = 0.6  # share of the light that a bright, even area loses towards the corners
EVEN_RADIUS = 8  # pixels at half the working size
EVEN_VARIANCE = 4e-3  # of luma; well below it an area counts as even, well above as textured
DUSK = 0.8  # mean luma of the result, as a share of the photo's, at most
DARK_ENOUGH = 0.3  # mean luma below which a result is never darkened
LEAST_SLOPE = 0.3  # change of the result's luma for a change of the photo's
EVEN_SLOPES = 0.2  # 0: slopes as they are fitted, 1: all the same
SHADOWS = (0.02, 0.2)  # luma as exposed: shadow below the first, none above the second
SHADOW_BLUE = (0.35, 0.45, 1.0)  # hue of what no light reaches, red : green : blue


@dataclass(frozen=True)
class Look:
    """What makes a strength."""

    chroma: float
    """Gain of the distance from grey."""
    depth: float
    """0 leaves the tones as they are; shadows deepen towards 1."""
    photo: float = 0.0
    """Share of the photo's own colours in the result."""


LOOKS = {
    Strength.SOFT: Look(chroma=1.2, depth=0.05, photo=0.4),
    Strength.NEON: Look(chroma=1.3, depth=0.1),
    Strength.MAX: Look(chroma=1.8, depth=0.25),
}
OVERSHOOT = 1.15  # colours may go this far beyond the display's limits, and are clipped there
MIXED_CHROMA = 1.35  # photo and neon are often opposite hues, whose mixture is grey


def expose_for_night(guide: Tensor) -> Tensor:
    """Expose a photo for the generator; (1, 1, h, w) in 0..1.

    The generator answers a daylight exposure with pastels, and a large even area with one flat
    wash. Shown the same scene a few stops darker, with the light of skies, walls and paper
    falling off towards the corners, it lights it as a night, in more than one hue.
    """
    guide = guide * _falloff(guide)
    mean = float(guide.mean())
    if PITCH_DARK <= mean <= NIGHT or not 0 < mean < 1:
        return guide
    return guide.pow(_gamma(mean, min(max(mean, PITCH_DARK), NIGHT)))


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
    return neon.pow(_gamma(mean, limit))


def cool_shadows(neon: Tensor, exposed: Tensor) -> Tensor:
    """Turn what no light reaches blue-black; the generator likes to glow dark red there.

    Args:
        neon: (1, 3, h, w) in 0..1.
        exposed: what the generator saw, (1, 1, h, w) in 0..1.
    """
    blue = torch.tensor(SHADOW_BLUE, device=neon.device).view(1, 3, 1, 1)
    shade = 0.9 * exposed * blue / luma(blue)
    red_over_blue = neon[:, :1] - neon[:, 2:]
    warmth = (red_over_blue / neon.amax(1, keepdim=True).clamp(min=1e-3)).clamp(0, 1)
    weight = (1 - _smooth_step(exposed, *SHADOWS)) * (0.35 + 0.65 * warmth)
    return torch.lerp(neon, shade, weight)


def intensify(neon: Tensor, look: Look) -> Tensor:
    """Deepen the shadows and strengthen the colours of (1, 3, h, w) in 0..1.

    Colour fades with the shadows: boosted there, it would show the network's coarse grid. It
    stops at about the limits of the display, so that bright colours keep their hue.
    """
    y = luma(neon)
    chroma = neon - y
    deep = y.pow(1 + look.depth)
    deep = torch.lerp(deep, deep * deep * (3 - 2 * deep), 1.5 * look.depth)
    red, green, blue = chroma.chunk(3, 1)
    highest = torch.maximum(torch.maximum(red, green), blue)
    lowest = torch.minimum(torch.minimum(red, green), blue)
    room = torch.minimum((1 - deep) / highest.clamp(min=1e-4), deep / (-lowest).clamp(min=1e-4))
    gain = look.chroma * (deep / y.clamp(min=1e-3)).clamp(max=1).sqrt()
    over = gain / (OVERSHOOT * room).clamp(min=1e-3)
    gain = gain / (1 + over.pow(8)).pow(1 / 8)
    return torch.addcmul(deep, gain, chroma)


def keep_texture(slopes: Tensor) -> Tensor:
    """Change slopes (1, 3, h, w) so that texture stays visible everywhere.

    Those of luma come a little closer to their mean, and are never almost flat or upside down.
    """
    slope = luma(slopes)
    wanted = torch.lerp(slope, slope.mean(), EVEN_SLOPES).clamp(min=LEAST_SLOPE)
    return slopes + (wanted - slope)


def mix_photo(lines: Tensor, share: float) -> tuple[Tensor, float]:
    """Mix the photo's own colours into coefficients of the joint upsampling.

    The mixture m = share·P + (1 - share)·(a·I + b), its chroma raised, y + c·(m - y), is linear in
    the photo P and in its luma I; so it is again P times a number plus coefficients.

    Args:
        lines: of the neon version, (1, 6, h, w).
        share: of the photo, 0 to 1.

    Returns:
        Coefficients, and the factor of P.
    """
    if not share:
        return lines, 0.0
    a, b = lines.chunk(2, 1)
    c, neon = MIXED_CHROMA, 1 - share
    a = c * neon * a + (1 - c) * (neon * luma(a) + share)
    b = c * neon * b + (1 - c) * neon * luma(b)
    return torch.cat([a, b], 1), c * share


def _falloff(guide: Tensor) -> Tensor:
    """Factor (1, 1, h, w) that takes light from bright, even areas towards the corners."""
    size, guide = guide.shape[2:], shrink(guide, 2)
    height, width = guide.shape[2:]
    # Fitted to itself, the guide is a·I + b with a near 0 where it is even, near 1 where not.
    lines = coefficients(guide, guide, EVEN_RADIUS, EVEN_VARIANCE)
    lines = nnf.interpolate(lines, (height, width), mode="bilinear", align_corners=False)
    a, b = lines.chunk(2, 1)
    brightness = _smooth_step(a * guide + b, 0.4, 0.75)
    evenness = _smooth_step(1 - a, 0.2, 0.7)
    y, x = ((torch.arange(n, device=guide.device) + 0.5) * 2 / n - 1 for n in (height, width))
    from_centre = (x.square() + y.square().view(-1, 1)) / 2
    factor = 1 - FALLOFF * from_centre * brightness * evenness
    return nnf.interpolate(factor, size, mode="bilinear", align_corners=False)


def _gamma(mean: float, wanted: float) -> float:
    """The exponent that takes about ``mean`` to ``wanted``, within limits."""
    low, high = GAMMAS
    return min(high, max(low, math.log(wanted) / math.log(mean)))


def _smooth_step(x: Tensor, low: float, high: float) -> Tensor:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)
