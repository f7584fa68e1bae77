"""Cutting a picture into tiles, so that memory is bounded whatever the picture's size."""

from collections.abc import Iterator
from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, pixels."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture."""

    outer: Box
    """What the network is shown: the tile and its halo, cut off at the picture's borders."""
    inner: Box
    """What is kept of it."""

    def kept(self, scale: int) -> Box:
        """Return the inner box within the outer one, both enlarged."""
        left, top, right, bottom = self.inner
        x, y = self.outer[:2]
        return (left - x) * scale, (top - y) * scale, (right - x) * scale, (bottom - y) * scale


def tiles(width: int, height: int, side: int, halo: int) -> Iterator[Tile]:
    """Cut a picture into tiles of about equal size, row by row.

    Args:
        width: of the picture, pixels.
        height: of the picture, pixels.
        side: longest side of an inner box.
        halo: pixels around it, where there are any.
    """
    for top, bottom in _spans(height, side):
        for left, right in _spans(width, side):
            outer = (
                max(0, left - halo),
                max(0, top - halo),
                min(width, right + halo),
                min(height, bottom + halo),
            )
            yield Tile(outer, (left, top, right, bottom))


def count(width: int, height: int, side: int) -> int:
    """How many tiles :func:`tiles` will give."""
    return -(-width // side) * -(-height // side)


def _spans(length: int, side: int) -> Iterator[tuple[int, int]]:
    parts = -(-length // side)
    for part in range(parts):
        yield length * part // parts, length * (part + 1) // parts
