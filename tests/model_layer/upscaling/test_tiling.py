"""Cutting pictures into tiles."""

from hypothesis import given
from hypothesis import strategies as st

from model_layer.upscaling.tiling import count, tiles

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, st.integers(1, 120), st.integers(0, 40))
def test_inner_boxes_cover_every_pixel_once(
    width: int, height: int, side: int, overlap: int
) -> None:
    covered = [[0] * width for _ in range(height)]
    number = 0
    for tile in tiles(width, height, side, overlap):
        number += 1
        left, top, right, bottom = tile.inner
        assert max(right - left, bottom - top) <= side
        for row in covered[top:bottom]:
            for x in range(left, right):
                row[x] += 1
    assert all(value == 1 for row in covered for value in row)
    assert number == count(width, height, side)


@given(SIDES, SIDES, st.integers(1, 120), st.integers(0, 40))
def test_outer_boxes_hold_the_overlap_within_the_picture(
    width: int, height: int, side: int, overlap: int
) -> None:
    for tile in tiles(width, height, side, overlap):
        left, top, right, bottom = tile.inner
        assert 0 <= tile.outer[0] <= max(0, left - overlap)
        assert 0 <= tile.outer[1] <= max(0, top - overlap)
        assert min(width, right + overlap) <= tile.outer[2] <= width
        assert min(height, bottom + overlap) <= tile.outer[3] <= height


@given(SIDES, SIDES, st.integers(1, 120), st.integers(0, 40))
def test_outer_boxes_are_of_one_size(width: int, height: int, side: int, overlap: int) -> None:
    outer = [tile.outer for tile in tiles(width, height, side, overlap)]
    assert len({(right - left, bottom - top) for left, top, right, bottom in outer}) == 1
