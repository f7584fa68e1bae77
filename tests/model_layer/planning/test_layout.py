"""What a network is shown of a picture."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_layer.effects import Size
from model_layer.planning.layout import Tiles, Whole
from model_layer.upscaling.tiling import tiles

sides = st.integers(1, 6000)
sizes = st.tuples(sides, sides)


@given(size=sizes, side=st.integers(40, 512), overlap=st.integers(0, 20))
def test_tiles_count_what_the_network_is_shown(size: Size, side: int, overlap: int) -> None:
    shown = [
        (right - left) * (bottom - top)
        for left, top, right, bottom in (t.outer for t in tiles(*size, side, overlap))
    ]
    layout = Tiles(side, overlap)
    assert {layout.largest(size)} == set(shown)
    assert layout.seen(size) == sum(shown)


@given(size=sizes, side=st.integers(40, 512))
def test_tiles_without_an_overlap_show_hardly_a_pixel_twice(size: Size, side: int) -> None:
    layout = Tiles(side, 0)
    most = math.prod(length + layout.count(length) - 1 for length in size)
    assert math.prod(size) <= layout.seen(size) <= most


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((1280, 960), 512 * 512),
        ((2500, 2000), 512 * 512),
        ((100, 50), 256 * 256),
        ((10_000, 500), 1024 * 256),
        ((1, 1), 256 * 256),
    ],
)
def test_a_picture_shown_whole_is_made_smaller_and_padded(size: Size, seen: int) -> None:
    assert Whole(256, 384, 1024).seen(size) == seen
