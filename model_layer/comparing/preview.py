"""What an enlarged picture has gained: all of it, and its most telling part, before and after."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from model_layer.images import split_alpha, to_rgb

SIDE: Final = 1280
"""Pixels, at most: a photo in a chat is shown no larger, and its pixels stay what they are."""
GAP: Final = 8
PART: Final = (SIDE - GAP) // 2
"""Side of the part that is shown at 1:1, pixels."""
_TRIED: Final = 8
"""Along each side: parts that the most telling one is chosen from."""

Box = tuple[int, int, int, int]


def preview(before: Image.Image, after: Image.Image) -> Image.Image:
    """Show the whole picture above, and below the same part before and after, side by side.

    The part is one pixel of the result to one of the preview. A frame in the whole picture shows
    where it is.

    Args:
        before: of mode L, LA, RGB or RGBA.
        after: the same, enlarged.

    Returns:
        Mode RGB, no side longer than :data:`SIDE`.
    """
    before = _rgb(before)
    part = max(_parts(after.size), key=lambda box: _gain(before, after, box))
    old, new = _enlarged(before, after, part), _rgb(after.crop(part))
    whole = _whole(after, SIDE - GAP - new.height)
    width = max(2 * new.width + GAP, whole.width)
    shown = Image.new("RGB", (width, whole.height + GAP + new.height))
    left = (width - whole.width) // 2
    shown.paste(whole, (left, 0))
    factor = whole.width / after.width
    frame = [left + part[0] * factor, part[1] * factor, left + part[2] * factor, part[3] * factor]
    corners = [round(side) for side in frame]
    ImageDraw.Draw(shown).rectangle(
        (corners[0], corners[1], max(corners[0], corners[2] - 1), max(corners[1], corners[3] - 1)),
        outline="white",
        width=2,
    )
    below = whole.height + GAP
    shown.paste(old, ((width - GAP) // 2 - old.width, below))
    shown.paste(new, ((width + GAP) // 2, below))
    return shown


def _whole(after: Image.Image, height: int) -> Image.Image:
    """Show all of a picture, no larger than it is."""
    factor = min(1.0, SIDE / after.width, height / after.height)
    size = max(1, round(after.width * factor)), max(1, round(after.height * factor))
    return _rgb(after.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def _parts(size: tuple[int, int]) -> Iterator[Box]:
    """Yield parts of a picture that lie as evenly as can be, those in the middle first."""
    width, height = (min(PART, side) for side in size)
    corners = [
        (round(across * (size[0] - width)), round(down * (size[1] - height)))
        for across in np.linspace(0, 1, _TRIED)
        for down in np.linspace(0, 1, _TRIED)
    ]
    centre = (size[0] - width) / 2, (size[1] - height) / 2
    for left, top in sorted(
        dict.fromkeys(corners), key=lambda c: abs(c[0] - centre[0]) + abs(c[1] - centre[1])
    ):
        yield left, top, left + width, top + height


def _gain(before: Image.Image, after: Image.Image, part: Box) -> float:
    """How much a part differs from what plain enlarging makes of it."""
    old, new = (
        np.asarray(picture.convert("L"), np.int16)
        for picture in (_enlarged(before, after, part), _rgb(after.crop(part)))
    )
    return float(np.abs(new - old).mean())


def _enlarged(before: Image.Image, after: Image.Image, part: Box) -> Image.Image:
    """Enlarge a part as any program would."""
    size = part[2] - part[0], part[3] - part[1]
    across, down = before.width / after.width, before.height / after.height
    box = part[0] * across, part[1] * down, part[2] * across, part[3] * down
    return before.resize(size, Image.Resampling.BICUBIC, box=box)


def _rgb(picture: Image.Image) -> Image.Image:
    return to_rgb(split_alpha(picture)[0])
