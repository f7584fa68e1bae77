"""Cutting a picture into tiles, so that memory is bounded whatever the picture's size."""

from collections.abc import Iterator
from dataclasses import dataclass

from model_layer.planning.layout import Tiles

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, pixels."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture."""

    outer: Box
    """What the network is shown: the tile, its overlap, and at the picture's borders more of the
    picture, so that all tiles are of one size."""
    inner: Box
    """What is kept of it."""

    def kept(self, scale: int) -> Box:
        """Return the inner box within the outer one, both enlarged."""
        left, top, right, bottom = self.inner
        x, y = self.outer[:2]
        return (left - x) * scale, (top - y) * scale, (right - x) * scale, (bottom - y) * scale


def tiles(width: int, height: int, side: int, overlap: int) -> Iterator[Tile]:
    """Cut a picture into tiles of about equal size, row by row.

    The network is shown equal sizes, so that the memory of one tile serves the next as it is;
    slightly different ones would leave holes between what is kept.

    Args:
        width: of the picture, pixels.
        height: of the picture, pixels.
        side: longest side of an inner box.
        overlap: pixels around it, where there are any.
    """
    layout = Tiles(side, overlap)
    for top, bottom, above, below in _spans(height, layout):
        for left, right, before, after in _spans(width, layout):
            yield Tile((before, above, after, below), (left, top, right, bottom))


def count(width: int, height: int, side: int) -> int:
    """How many tiles :func:`tiles` will give."""
    layout = Tiles(side, 0)
    return layout.count(width) * layout.count(height)


def _spans(length: int, layout: Tiles) -> Iterator[tuple[int, int, int, int]]:
    """Begin and end of what is kept, then of what is shown."""
    parts, size = layout.count(length), layout.shown(length)
    for part in range(parts):
        begin, end = length * part // parts, length * (part + 1) // parts
        first = min(max(0, begin - layout.overlap), length - size)
        yield begin, end, first, first + size
