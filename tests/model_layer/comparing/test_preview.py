"""What an enlarged picture has gained, at a glance."""

import numpy as np
import pytest
from PIL import Image

from model_layer.comparing.preview import GAP, PART, SIDE, preview


def test_the_part_that_differs_most_is_shown_pixel_for_pixel() -> None:
    before = Image.new("RGB", (900, 700), "gray")
    after = before.resize((1800, 1400))
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    after.paste(Image.fromarray(noise), (1450, 60))  # far from the middle
    shown = preview(before, after)
    below = shown.height - PART
    new = shown.crop((PART + GAP, below, PART + GAP + PART, shown.height))
    pixels = np.asarray(new)
    place = np.argwhere((pixels != 128).any(2)).min(0)
    seen = pixels[place[0] : place[0] + 300, place[1] : place[1] + 300]
    assert np.array_equal(seen, noise[: len(seen), : seen.shape[1]])
    assert seen.shape == noise.shape
    old = np.asarray(shown.crop((0, below, PART, shown.height)))
    assert (old == 128).all()


def test_a_frame_in_the_whole_picture_shows_where_the_part_is() -> None:
    before = Image.new("RGB", (1000, 800), "black")
    after = before.resize((2000, 1600))
    after.paste("gray", (0, 0, 300, 300))
    shown = preview(before, after)
    assert shown.getpixel(((shown.width - (shown.height - GAP - PART) * 1000 // 800) // 2 + 1, 1)) \
        == (255, 255, 255)  # fmt: skip
    assert shown.getpixel((shown.width // 2, 500)) == (0, 0, 0)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (64, 48), (48, 64), (3000, 20), (20, 3000), (700, 700)])
def test_any_picture_fits_into_a_chat(size: tuple[int, int], mode: str) -> None:
    before = Image.new(mode, size)
    shown = preview(before, before.resize((size[0] * 2, size[1] * 2)))
    assert max(shown.size) <= SIDE
    assert shown.mode == "RGB"
