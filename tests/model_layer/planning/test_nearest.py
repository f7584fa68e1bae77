"""What comes nearest to a wish, in round numbers."""

import math

from hypothesis import given
from hypothesis import strategies as st

from model_layer.planning.nearest import SMALLEST_SIDE, largest, longest_side

sides = st.integers(1, 10_000)


@given(st.tuples(sides, sides), st.integers(1, 10**8))
def test_the_largest_picture_is_possible_and_of_the_shape(
    size: tuple[int, int], pixels: int
) -> None:
    found = largest(size, lambda size: math.prod(size) <= pixels)
    if found:
        assert math.prod(found) <= pixels
        assert min(found) >= SMALLEST_SIDE
        assert all(new <= old for new, old in zip(found, size))


@given(sides, st.integers(0, 10_000))
def test_the_longest_side_has_two_digits_and_is_nearly_the_limit(side: int, limit: int) -> None:
    found = longest_side(side, lambda side: side <= limit)
    if found is None:
        assert min(limit, side - 1) < SMALLEST_SIDE
    else:
        assert found <= limit
        assert found < side
        assert found > 0.9 * min(limit, side - 1) - 1
        assert not str(found)[2:].strip("0")


def test_where_less_is_possible_below_the_limit_what_is_named_is_possible() -> None:
    """As when fewer tiles fit, and are larger."""
    assert longest_side(4000, lambda side: side <= 3950 and side != 3900) == 3700
