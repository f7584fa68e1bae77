"""In what parts a network is shown a picture, and how many pixels it sees that way.

Light: imports no network library.
"""

import math
from dataclasses import dataclass

from model_layer.effects import Size


@dataclass(frozen=True, slots=True)
class Tiles:
    """A network that is shown a picture in tiles."""

    side: int
    """Longest side of a tile without its overlap, pixels."""
    overlap: int
    """Pixels around a tile, where the picture goes on."""

    def seen(self, size: Size) -> int:
        """Return the pixels shown to the network in all."""
        return math.prod(self.count(length) * self.shown(length) for length in size)

    def largest(self, size: Size) -> int:
        """Return the pixels of the largest part that is shown at once: of any, all are alike."""
        return math.prod(self.shown(length) for length in size)

    def takes(self, size: Size) -> bool:  # noqa: ARG002  # as of the other layout
        """Say whether a picture of a size can be shown to the network: any can."""
        return True

    def count(self, length: int) -> int:
        """Return into how many tiles a side of a picture is cut."""
        return -(-length // self.side)

    def shown(self, length: int) -> int:
        """Return how many pixels of a side of a picture are shown with each tile."""
        count = self.count(length)
        return min(length, -(-length // count) + min(count - 1, 2) * self.overlap)


@dataclass(frozen=True, slots=True)
class Whole:
    """A network that is shown the whole picture, perhaps made smaller."""

    multiple: int = 1
    """Both sides are padded to multiples of this."""
    short_side: int | None = None
    """Longest short side that is shown as it is, pixels; None for any."""
    long_side: int | None = None
    """The same for the long side."""
    most_pixels: int | None = None
    """Larger pictures are impossible, since they are too much at once; None for no limit."""

    def seen(self, size: Size) -> int:
        """Return the pixels shown to the network in all."""
        factor = min(
            1.0,
            (self.short_side or math.inf) / min(size),
            (self.long_side or math.inf) / max(size),
        )
        sides = (max(1, round(length * factor)) for length in size)
        return math.prod(-(-side // self.multiple) * self.multiple for side in sides)

    def largest(self, size: Size) -> int:
        """Return the pixels of the largest part that is shown at once: all of them."""
        return self.seen(size)

    def takes(self, size: Size) -> bool:
        """Say whether a picture of a size can be shown to the network."""
        return self.most_pixels is None or math.prod(size) <= self.most_pixels


Layout = Tiles | Whole
