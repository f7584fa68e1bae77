import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.jobs.limits import fits, fitting
from handler.settings import Settings
from model_layer.effects import EFFECTS, Effect, Neon, Upscale

SETTINGS = Settings.model_validate(
    {"bot_token": "1:a", "max_input_megapixels": 50, "max_output_megapixels": 64}
)
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
    assert fits(effect, size, SETTINGS) is expected


@given(sizes, sizes)
def test_a_smaller_picture_can_do_no_less(first: tuple[int, int], second: tuple[int, int]) -> None:
    smaller = (min(first[0], second[0]), min(first[1], second[1]))
    assert set(fitting(first, SETTINGS)) <= set(fitting(smaller, SETTINGS))


def test_the_order_stays() -> None:
    assert fitting((100, 100), SETTINGS) == EFFECTS
