import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_layer.effects import Effect, Neon, Upscale, offered_effects
from model_layer.planning.limits import Limits

LIMITS = Limits(input_megapixels=50, output_megapixels=64)
sizes = st.tuples(st.integers(1, 20_000), st.integers(1, 20_000))


@pytest.mark.parametrize(
    ("effect", "size", "expected"),
    [
        (Neon(), (10_000, 5_000), True),
        (Neon(), (10_000, 5_001), False),
        (Upscale(2), (4_000, 4_000), True),
        (Upscale(2), (4_000, 4_001), False),
        (Upscale(4), (2_000, 2_000), True),
        (Upscale(4), (2_001, 2_000), False),
    ],
)
def test_limits_are_exact(effect: Effect, size: tuple[int, int], expected: bool) -> None:
    assert LIMITS.allow(effect, size) is expected


@given(sizes, sizes)
def test_a_smaller_picture_can_do_no_less(first: tuple[int, int], second: tuple[int, int]) -> None:
    smaller = (min(first[0], second[0]), min(first[1], second[1]))
    assert set(LIMITS.allowed(first)) <= set(LIMITS.allowed(smaller))


def test_the_order_stays() -> None:
    assert LIMITS.allowed((100, 100)) == offered_effects()
