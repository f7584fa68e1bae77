"""What makes a strength, at the generator's working size: longer lamps, more colour, bloom."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import Strength
from model_layer.neon import light_map
from model_layer.neon.guided_filter import CELL, box, shrink
from model_layer.networks.tensors import LUMA, chroma, luma, with_chroma

LEAST_SLOPE = 0.3  # change of the result's luma for a change of the photo's
EVEN_SLOPES = 0.35  # 0: slopes as they are fitted, 1: all the same
BLACK = 0.08  # luma that keeps the tint of what is black from being infinite
SURROUNDINGS = 0.12  # radius of what surrounds a thing, as a share of the picture's short side
# Share of what differs between blue and yellow: yellow beside blue dirties neon.
YELLOW_AND_BLUE = 0.25
LARGEST_TURN = math.radians(30)  # of a hue, towards the one that was asked for
LARGEST_STRETCH = 1.4  # of chroma, towards the length that was asked for
LEAST_LIGHT = 0.35  # share of the light that was asked for that everything gets
SHARE = 0.01  # of a picture, that its shadows are, and its highlights
DEEP, BRIGHT_HIGHLIGHTS = 0.02, 0.85  # luma that they are to begin at
HAZE = 0.08  # luma that is taken away for that, at most
SCALES = (0.75, 1.4)  # of what is left
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
    Strength.NEON: Look(lamps=0.65, longest=0.7, chroma=1.2, own=1.4, brightness=0.5),
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
    colours = result - y
    highest, lowest = colours.amax(1, keepdim=True), colours.amin(1, keepdim=True)
    y = y.clamp(0, 1)
    room = torch.minimum((1 - y) / highest.clamp(min=1e-4), y / (-lowest).clamp(min=1e-4))
    gains = gain / (1 + (gain / room.clamp(min=1e-3)).pow(8)).pow(1 / 8)
    functions = lines.view(4, 3, *lines.shape[2:])
    brightness = luma(functions)
    return torch.lerp(brightness, functions, gains).view_as(lines)


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


def level(lines: Tensor, photo: Tensor) -> Tensor:
    """Scale the result so that its shadows are deep, and its highlights bright but coloured.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
    """
    y = luma(lit(lines, photo)).flatten().sort().values
    dark, bright = float(y[int(len(y) * SHARE)]), float(y[-1 - int(len(y) * SHARE)])
    black = min(max(0.0, dark - DEEP), HAZE)
    low, high = SCALES
    scale = min(high, max(low, BRIGHT_HIGHLIGHTS / max(bright - black, 1e-3)))
    return (lines - nnf.pad(lines.new_full((1, 3, 1, 1), black), (0, 0, 0, 0, 9, 0))) * scale


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
    mean = _blur(torch.cat([chroma(small), y], 1), radius)
    tint = mean[:, :2] / (mean[:, 2:] + BLACK)
    tint = tint * _coloured(photo, tint)
    # As slopes: a row for each of the photo's channels. What is black stays so.
    weights = lines.new_tensor(LUMA).view(3, 1, 1, 1)
    own = torch.eye(3, device=lines.device)[:, ::2, None, None] - weights
    differences = (own - weights * tint) * lines.new_tensor([1, YELLOW_AND_BLUE]).view(1, 2, 1, 1)
    slopes = with_chroma(torch.zeros_like(differences[:, :1]), differences)
    return lines + share * nnf.pad(slopes.view(1, 9, *y.shape[2:]), (0, 0, 0, 0, 0, 3))


def _coloured(photo: Tensor, tint: Tensor) -> Tensor:
    """0 where something white or grey is, whose difference is no colour to keep, else up to 1.

    Args:
        photo: (1, 3, H, W) in 0..1.
        tint: of the surroundings, (1, 2, h, w).
    """
    y = luma(photo)
    red, blue = chroma(photo).chunk(2, 1)
    # What is dark loses little to a complement: it counts as coloured.
    length = torch.hypot(red, blue) / (y + BLACK) + (1 - 2 * y).clamp(min=0)
    # The least coloured of what is near counts.
    least = -nnf.max_pool2d(-length, CELL, CELL, ceil_mode=True)
    white = (1 - least / tint.norm(dim=1, keepdim=True).clamp(min=1e-4)).clamp(min=0)
    return 1 - box(nnf.max_pool2d(white, 3, 1, 1), 1)


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
    came = light_map.measure(lit(lines, photo).clamp(0, 1), told.shape[-1])[:, :2]
    wanted, known = told[:, :2], told[:, 4:5]
    angle = _angle(came, wanted).clamp(-LARGEST_TURN, LARGEST_TURN)
    lengths = came.norm(dim=1, keepdim=True), wanted.norm(dim=1, keepdim=True)
    # What is hardly coloured has no hue worth keeping to; where nothing is told, nothing turns.
    weight = known * torch.minimum(*lengths)
    turn = torch.cat([angle.cos() * weight + 1e-3, angle.sin() * weight], 1)
    missing = (lengths[1] / lengths[0].clamp(min=1e-3)).clamp(1, LARGEST_STRETCH)
    stretch = torch.lerp(torch.ones_like(missing), missing, known)
    turn, stretch = (_to_size(x, lines) for x in (turn, stretch))
    return _turned(lines, stretch * nnf.normalize(turn))


def light_everything(lines: Tensor, photo: Tensor, told: Tensor) -> Tensor:
    """Let the light that was asked for reach what the generator left grey, or in far hues.

    A share of it falls on everything but highlights, as bright as the thing is.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
        told: of the light, (1, 6, k, k).
    """
    result = lit(lines, photo)
    y = luma(result).clamp(0, 1)
    wanted = _to_size(told[:, :2] * told[:, 4:5], lines)
    length = wanted.norm(dim=1, keepdim=True)
    hue = wanted / length.clamp(min=1e-4)
    along = (chroma(result) * hue).sum(1, keepdim=True) / (y + BLACK)
    # Highlights stay near white.
    least = LEAST_LIGHT * length * (1.2 - y).clamp(max=1)
    missing = with_chroma(torch.zeros_like(y), hue * (least - along).clamp(min=0))
    brightness = luma(lines.view(4, 3, *y.shape[2:]))  # a function of the photo, too
    of_black = nnf.pad(BLACK * missing, (0, 0, 0, 0, 0, 0, 3, 0))
    return lines + (brightness * missing + of_black).view_as(lines)


def keep_white(lines: Tensor, photo: Tensor) -> Tensor:
    """Let what is white have no complement of the light around it.

    The functions are fitted to what is near, and go on beyond it: foam in a violet sea would be
    yellow. What chroma a function gives to white against that of its place is taken from it, in
    proportion to how much brighter than its place a pixel is.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        photo: what they were fitted to, (1, 3, H, W) in 0..1.
    """
    y = luma(shrink(photo, CELL))
    here = nnf.normalize(chroma(lit(lines, photo)))
    white = chroma(lines.view(4, 3, *y.shape[2:]).sum(0, keepdim=True))
    against = (white * here).sum(1, keepdim=True).clamp(max=0)
    missing = with_chroma(torch.zeros_like(y), here * -against) / (1 - y).clamp(min=0.05)
    weights = lines.new_tensor(LUMA).view(3, 1, 1, 1)
    return lines + torch.cat([weights * missing, -y * missing]).view_as(lines)


def _angle(one: Tensor, other: Tensor) -> Tensor:
    """From one chroma (1, 2, h, w) to another, radians, (1, 1, h, w)."""
    along = (one * other).sum(1, keepdim=True)
    return torch.atan2(one[:, :1] * other[:, 1:] - one[:, 1:] * other[:, :1], along)


def _to_size(coarse: Tensor, lines: Tensor) -> Tensor:
    """Enlarge a coarse grid to that of the coefficients."""
    return nnf.interpolate(coarse, lines.shape[2:], mode="bilinear", align_corners=False)


def _turned(lines: Tensor, turn: Tensor) -> Tensor:
    """Turn and stretch the chroma of the result, whose luma stays.

    Args:
        lines: coefficients of the joint upsampling, (1, 12, h, w).
        turn: the stretch times the angle's cosine and sine, (1, 2, h, w).
    """
    colours = lines.view(4, 3, *lines.shape[2:])
    (red, blue), (cos, sin) = chroma(colours).chunk(2, 1), turn.chunk(2, 1)
    turned = torch.cat([red * cos - blue * sin, red * sin + blue * cos], 1)
    return with_chroma(luma(colours), turned).view_as(lines)


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
