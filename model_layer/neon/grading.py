"""What makes a strength, at the generator's working size: longer lamps, more colour, bloom."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import Strength
from model_layer.neon import light_map
from model_layer.neon.guided_filter import CELL, box, shrink
from model_layer.networks.tensors import LUMA, luma

LEAST_SLOPE = 0.3  # change of the result's luma for a change of the photo's
EVEN_SLOPES = 0.35  # 0: slopes as they are fitted, 1: all the same
BLACK = 0.08  # luma that keeps the tint of what is black from being infinite
SURROUNDINGS = 0.12  # radius of what surrounds a thing, as a share of the picture's short side
LARGEST_TURN = math.radians(30)  # of a hue, towards the one that was asked for
LARGEST_STRETCH = 1.4  # of chroma, towards the length that was asked for
BRIGHT = 0.4  # mean luma of a result that need not be brightened
BLOOM_CELLS = 4  # of the coefficients' grid, side of the squares that bloom is computed on
BLOOM_RADII = (1, 3, 7)  # of its three widths, in those squares
GLARE = 0.55  # brightness of the brightest channel from which light blooms


@dataclass(frozen=True)
class Look:
    """What makes a strength."""

    lamps: float
    """Factor of the length of the light that is told."""
    longest: float
    """Of the light that is told; real neon pictures have a median of 0.41, few beyond 0.87."""
    chroma: float
    """Gain of the result's distance from grey."""
    own: float
    """Share of what the photo's own colours differ by from those around them."""
    photo: float = 0.0
    """Share of the photo's own colours in the result."""
    bloom: float = 0.0
    """Share of bright, saturated light that spreads around it."""
    brightness: float = 0.0
    """What dim results gain: strength is how much light there is, but strong colours are dark."""


LOOKS = {
    Strength.SOFT: Look(lamps=0.5, longest=0.5, chroma=1.2, own=0.9, photo=0.2),
    Strength.NEON: Look(lamps=0.65, longest=0.7, chroma=1.15, own=1.4, brightness=0.5),
    Strength.MAX: Look(lamps=0.9, longest=1.0, chroma=1.4, own=1.2, bloom=0.15, brightness=0.9),
}


def at_length(told: Tensor, look: Look) -> Tensor:
    """Make the lamps as long as a strength has them; (1, 6, h, w)."""
    light, shadows, known = torch.split(told, 2, 1)
    colours = [light_map.shorten(c * look.lamps, look.longest) for c in (light, shadows)]
    return torch.cat([*colours, known], 1)


def lit(lines: Tensor, photo: Tensor) -> Tensor:
    """What the functions make of the photo, on their own grid, (1, 3, h, w), about 0..1.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
    """
    slopes, constants = torch.split(lines.reshape(4, 3, *lines.shape[2:]), [3, 1])
    return (slopes * shrink(photo, CELL).transpose(0, 1)).sum(0, keepdim=True) + constants


def intensify(lines: Tensor, photo: Tensor, gain: float) -> Tensor:
    """Strengthen the colours of the result; brightness stays.

    They stop at about the limits of the display: what is clipped there loses hue and texture.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        gain: of the distance from grey.
    """
    result = lit(lines, photo)
    y = luma(result)
    chroma = result - y
    highest, lowest = chroma.amax(1, keepdim=True), chroma.amin(1, keepdim=True)
    y = y.clamp(0, 1)
    room = torch.minimum((1 - y) / highest.clamp(min=1e-4), y / (-lowest).clamp(min=1e-4))
    gains = gain / (1 + (gain / room.clamp(min=1e-3)).pow(8)).pow(1 / 8)
    colours = lines.reshape(4, 3, *lines.shape[2:])
    brightness = luma(colours)
    return (brightness + gains * (colours - brightness)).view_as(lines)


def keep_texture(slopes: Tensor) -> Tensor:
    """Change slopes (1, 3, h, w) so that texture stays visible everywhere.

    Those of luma come a little closer to their mean, and are never almost flat or upside down.
    """
    slope = luma(slopes)
    wanted = torch.lerp(slope, slope.mean(), EVEN_SLOPES).clamp(min=LEAST_SLOPE)
    return slopes + (wanted - slope)


def mix_photo(lines: Tensor, share: float) -> Tensor:
    """Mix the photo's own colours in: share·P + (1 - share)·(A·P + b), again a linear function.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        share: of the photo, 0 to 1.
    """
    identity = torch.cat([torch.eye(3, device=lines.device).flatten(), lines.new_zeros(3)])
    return torch.lerp(lines, identity.view(1, 12, 1, 1), share)


def keep_differences(lines: Tensor, photo: Tensor, share: float) -> Tensor:
    """Let things of other colours have other colours still, whatever light they stand in.

    Light takes its colour from the lamp and from the thing: all that one lamp reaches in one hue
    would be a filter. What the photo's chroma C differs by from its surroundings' is added,
    share·(C(P) - Y(P)·mean C / mean Y), which is linear in the photo; the mean counts where
    there is some colour.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        share: of the difference.
    """
    small = shrink(photo, CELL)
    y = luma(small)
    radius = max(1, round(SURROUNDINGS * min(small.shape[2:])))
    tint = _blur(small - y, radius) / (_blur(y, radius) + BLACK)
    own_tint = (small - y) / (y + BLACK)
    # What is white or grey differs from its surroundings too, but has no colour to keep.
    strengths = own_tint.norm(dim=1, keepdim=True) / tint.norm(dim=1, keepdim=True).clamp(min=1e-4)
    tint = tint * box(strengths.clamp(max=1), 1)
    weights = torch.tensor(LUMA, device=lines.device).view(3, 1)
    # As slopes: rows are the photo's channels, columns the result's. What is black stays so.
    own = (torch.eye(3, device=lines.device) - weights).flatten().view(1, 9, 1, 1)
    common = (weights.view(3, 1, 1, 1) * tint[0]).view(1, 9, *tint.shape[2:])
    return lines + share * nnf.pad(own - common, (0, 0, 0, 0, 0, 3))


def match_light(lines: Tensor, photo: Tensor, told: Tensor) -> Tensor:
    """Turn and stretch chroma to the light that was asked for, where it is missed.

    The generator spreads light along the things it sees, is some degrees off in hue, and shy of
    grey things. What it misses is given back, alike for all that is near: things go on differing
    as they did. Both are linear in chroma, and so again a linear function of the photo.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        told: of the light, (1, 6, k, k).
    """
    size = lines.shape[2:]
    came = light_map.measure(lit(lines, photo).clamp(0, 1), told.shape[-1])[:, :2]
    wanted, known = told[:, :2], told[:, 4:5]
    along = (came * wanted).sum(1, keepdim=True)
    across = came[:, :1] * wanted[:, 1:] - came[:, 1:] * wanted[:, :1]
    angle = torch.atan2(across, along).clamp(-LARGEST_TURN, LARGEST_TURN)
    lengths = came.norm(dim=1, keepdim=True), wanted.norm(dim=1, keepdim=True)
    # What is hardly coloured has no hue worth keeping to; where nothing is told, nothing turns.
    weight = known * torch.minimum(*lengths)
    turn = torch.cat([angle.cos() * weight + 1e-3, angle.sin() * weight], 1)
    turn = nnf.interpolate(turn, size, mode="bilinear", align_corners=False)
    missing = (lengths[1] / lengths[0].clamp(min=1e-3)).clamp(1, LARGEST_STRETCH)
    stretch = nnf.interpolate(
        torch.lerp(torch.ones_like(missing), missing, known),
        size, mode="bilinear", align_corners=False,
    )  # fmt: skip
    cos, sin = (stretch * nnf.normalize(turn)).chunk(2, 1)
    return _turned(lines.reshape(4, 3, *size), cos, sin).view(1, 12, *size)


def _turned(colours: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn and stretch the chroma of colours (N, 3, h, w), which keep their luma."""
    y = luma(colours)
    red, blue = colours[:, :1] - y, colours[:, 2:] - y
    red, blue = red * cos - blue * sin, red * sin + blue * cos
    green = -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    return torch.cat([red, green, blue], 1) + y


def add_bloom(lines: Tensor, photo: Tensor, share: float) -> Tensor:
    """Let bright, saturated light spread around it, as in a lens or on film (halation).

    Screened over the result q, 1 - (1 - q)(1 - glow) = (1 - glow)·q + glow is linear in it, and so
    again a linear function of the photo.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        share: of the light that spreads.
    """
    small = shrink(lit(lines, photo).clamp(0, 1), BLOOM_CELLS)
    brightest, darkest = small.amax(1, keepdim=True), small.amin(1, keepdim=True)
    saturation = (brightest - darkest) / brightest.clamp(min=1e-3)
    glare = ((brightest - GLARE) / (1 - GLARE)).clamp(0, 1) * saturation
    source = small * glare
    glow = torch.stack([_blur(source, radius) for radius in BLOOM_RADII]).sum(0) * share
    glow = nnf.interpolate(glow, lines.shape[2:], mode="bilinear", align_corners=False)
    glow = glow.clamp(0, 0.6)
    kept = (1 - glow).repeat(1, 4, 1, 1)
    return lines * kept + nnf.pad(glow, (0, 0, 0, 0, 9, 0))


def brighten(lines: Tensor, photo: Tensor, gain: float) -> Tensor:
    """Brighten what came out dim: black the most, white not at all.

    The gain falls to nothing for a result of a mean luma of :data:`BRIGHT`: a night is wanted, with
    a subject that can be seen.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        gain: of black, in a black picture.
    """
    y = luma(lit(lines, photo)).clamp(0, 1)
    return lines * (1 + gain * (1 - y.mean() / BRIGHT).clamp(min=0) * (1 - y))


def _blur(x: Tensor, radius: int) -> Tensor:
    """Blur smoothly: three boxes are nearly a bell."""
    for _ in range(3):
        x = box(x, radius)
    return x
