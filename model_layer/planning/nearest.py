"""The largest that would still be done, in numbers as a person would name them.

Light: imports no network library.
"""

from collections.abc import Callable

from model_layer.effects import Size

SMALLEST_SIDE = 32
"""No picture smaller than this is named as one that would finish, pixels."""


def largest(size: Size, is_possible: Callable[[Size], bool]) -> Size | None:
    """Find the largest picture of a shape.

    Args:
        size: of a picture that is too large; gives the shape.
        is_possible: whether one of a size would be done.

    Returns:
        A size, or None when not even one of :data:`SMALLEST_SIDE` would be done.
    """
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        if is_possible(_scaled(size, middle)):
            low = middle
        else:
            high = middle
    found = _rounded_down(_scaled(size, low))
    # Where fewer tiles fit a smaller picture, they may be larger.
    while min(found) >= SMALLEST_SIDE and not is_possible(found):
        found = _rounded_down(_scaled(found, 0.95))
    return found if low > 0 and min(found) >= SMALLEST_SIDE else None


def longest_side(side: int, is_possible: Callable[[int], bool]) -> int | None:
    """Find the longest side below one that is too long.

    Args:
        side: that is too long, pixels.
        is_possible: whether a picture that was made so long would be done.

    Returns:
        A side, or None when not even :data:`SMALLEST_SIDE` would be done.
    """
    low, high = 0, side
    while high - low > 1:
        middle = (low + high) // 2
        if is_possible(middle):
            low = middle
        else:
            high = middle
    found = _two_digits(low)
    while found >= SMALLEST_SIDE and not is_possible(found):
        found = _two_digits(int(found * 0.95))
    return found if found >= SMALLEST_SIDE else None


def _scaled(size: Size, factor: float) -> Size:
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _rounded_down(size: Size) -> Size:
    """Round to two digits; sides below 100 stay."""
    unit = 10 ** max(0, len(str(min(size))) - 2)
    return size[0] // unit * unit, size[1] // unit * unit


def _two_digits(side: int) -> int:
    unit = int(10 ** max(0, len(str(side)) - 2))
    return side // unit * unit
