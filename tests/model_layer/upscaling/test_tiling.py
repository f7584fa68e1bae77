"""Cutting pictures into tiles."""

from hypothesis import given
from hypothesis import strategies as st

from model_layer.upscaling.tiling import count, tiles

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, st.integers(1, 120), st.integers(0, 40))
def test_inner_boxes_cover_every_pixel_once(width: int, height: int, side: int, halo: int) -> None:
    covered = [[0] * width for _ in range(height)]
    number = 0
    for tile in tiles(width, height, side, halo):
        number += 1
        left, top, right, bottom = tile.inner
        assert max(right - left, bottom - top) <= side
        for row in covered[top:bottom]:
            for x in range(left, right):
                row[x] += 1
    assert all(value == 1 for row in covered for value in row)
    assert number == count(width, height, side)


@given(SIDES, SIDES, st.integers(1, 120), st.integers(0, 40))
def test_outer_boxes_add_the_halo_within_the_picture(
    width: int, height: int, side: int, halo: int
) -> None:
    for tile in tiles(width, height, side, halo):
        left, top, right, bottom = tile.inner
        assert tile.outer == (
            max(0, left - halo),
            max(0, top - halo),
            min(width, right + halo),
            min(height, bottom + halo),
        )
