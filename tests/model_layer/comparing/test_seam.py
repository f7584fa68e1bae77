"""Before and after in one picture."""

import pytest
from PIL import Image

from model_layer.comparing.seam import MAX_SIDE, SLANT, combine

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def test_before_is_on_the_left_after_on_the_right_and_the_seam_leans() -> None:
    before, after = Image.new("RGB", (200, 100), RED), Image.new("RGB", (400, 200), BLUE)
    both = combine(before, after)
    assert both.size == (400, 200)
    assert [both.getpixel((x, y)) for x in (0, 399) for y in (0, 199)] == [RED, RED, BLUE, BLUE]
    half = round(400 * SLANT / 2)
    assert both.getpixel((200 + half - 6, 0)) == RED
    assert both.getpixel((200 + half - 6, 199)) == BLUE
    assert both.getpixel((200, 100)) == WHITE


@pytest.mark.parametrize("size", [(1, 1), (8000, 6000), (9000, 2), (2, 9000)])
def test_any_size_is_shown_no_larger_than_need_be(size: tuple[int, int]) -> None:
    both = combine(Image.new("L", (3, 5), 9), Image.new("RGB", size))
    assert max(both.size) <= MAX_SIDE
    assert both.mode == "RGB"


def test_what_is_transparent_is_black() -> None:
    clear = Image.new("RGBA", (50, 50), (255, 255, 255, 0))
    assert combine(clear, Image.new("LA", (50, 50), (255, 255))).getpixel((2, 25)) == (0, 0, 0)
