"""Before and after in one picture, with a slanted seam."""

from typing import Final

from PIL import Image, ImageDraw

MAX_SIDE: Final = 1600
"""Pixels; what is looked at in a chat need not be larger."""
SLANT: Final = 0.16
"""How far the seam leans, as a part of the picture's width."""
_FINER: Final = 4
"""The seam is drawn so many times as large, for smooth edges."""


def combine(reference: Image.Image, image: Image.Image) -> Image.Image:
    """Show the left of one picture and the right of another, parted by a white seam.

    Args:
        reference: what was before; mode L, LA, RGB or RGBA. Brought to the size of the other.
        image: what came of it.

    Returns:
        Mode RGB, no side longer than :data:`MAX_SIDE`; what is transparent is black.
    """
    factor = min(1.0, MAX_SIDE / max(image.size))
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    before, after = _on_black(reference, size), _on_black(image, size)
    after.paste(before, mask=_mask(size, -1.0))
    thickness = max(2.0, max(size) / 400)
    seam = _mask(size, thickness / 2)
    seam.paste(0, mask=_mask(size, -thickness / 2))
    after.paste((255, 255, 255), mask=seam)
    return after


def _on_black(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if not small.mode.endswith("A"):
        return small.convert("RGB")
    black = Image.new("RGB", size)
    black.paste(small.convert("RGB"), mask=small.getchannel("A"))
    return black


def _mask(size: tuple[int, int], shift: float) -> Image.Image:
    """Cover what lies left of the seam, which is moved to the right by ``shift`` pixels."""
    width, height = size
    finer = Image.new("L", (min(width, 2 * MAX_SIDE) * _FINER, height))
    top, bottom = (width * (0.5 + lean / 2) + shift for lean in (SLANT, -SLANT))
    corners = [(0, 0), (top * _FINER, 0), (bottom * _FINER, height), (0, height)]
    ImageDraw.Draw(finer).polygon(corners, fill=255)
    return finer.resize(size, Image.Resampling.BOX)
