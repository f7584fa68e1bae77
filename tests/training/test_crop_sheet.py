"""Crops side by side."""

import numpy as np

from tests.training.pictures import ByteArray, noise, plain
from training.crop_sheet import GAP, LABEL, SIDE, ZOOM, Crop, draw, most_different


def grey(width: int, height: int) -> ByteArray:
    return np.full((height, width, 3), 90, np.uint8)


def test_the_crop_is_where_a_network_differs_from_bicubic() -> None:
    high, bicubic, network = noise(300, 200), grey(300, 200), grey(300, 200)
    network[110:130, 210:240] = 255
    crop = most_different("a", high, {"bicubic": bicubic, "net": network})
    assert list(crop.tiles) == ["original", "bicubic", "net"]
    assert crop.tiles["net"].shape == (SIDE, SIDE, 3)
    assert (crop.tiles["net"] == 255).all(2).sum() == 20 * 30
    expected = 165 * 219 / 255 * 20 * 30 / SIDE**2  # on Y
    assert abs(crop.difference - expected) < 1e-6


def test_all_tiles_are_of_the_same_place() -> None:
    high = noise(200, 150)
    crop = most_different("a", high, {"bicubic": high, "net": 255 - high})
    assert np.array_equal(crop.tiles["original"], crop.tiles["bicubic"])
    assert np.array_equal(crop.tiles["net"], 255 - crop.tiles["original"])


def test_a_picture_smaller_than_a_crop_is_shown_whole() -> None:
    crop = most_different("a", noise(40, 30), {"bicubic": noise(40, 30)})
    assert crop.tiles["original"].shape == (30, 40, 3)
    assert crop.difference == 0


def test_the_sheet_has_the_largest_differences_first() -> None:
    crops = [
        Crop(f"picture {level}", level, {"original": plain((level,) * 3, SIDE)})
        for level in (10, 200, 60)
    ]
    sheet = np.asarray(draw(crops, rows=2))
    row = SIDE * ZOOM + LABEL + GAP
    assert sheet.shape == (2 * row + GAP, SIDE * ZOOM + 2 * GAP, 3)
    middles = [sheet[GAP + place * row + SIDE * ZOOM // 2, GAP + 50, 0] for place in range(2)]
    assert middles == [200, 60]


def test_crops_are_labelled() -> None:
    tiles = {
        "original": plain((90,) * 3, SIDE),
        "a network of a very long name" * 3: noise(SIDE, SIDE),
    }
    sheet = np.asarray(draw([Crop("a", 1.0, tiles)]))
    label = sheet[GAP + SIDE * ZOOM : -GAP]
    first, second = label[:, GAP : GAP + SIDE * ZOOM], label[:, 2 * GAP + SIDE * ZOOM : -GAP]
    assert first.min() < 100
    assert second.min() < 100
    assert label[:, -GAP:].min() == 255  # a label that is too long is cut off
