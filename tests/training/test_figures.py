"""Figures of pictures whose figures are known."""

import warnings

import numpy as np
import pytest
from skimage.color import rgb2lab

from tests.training.pictures import ByteArray, noise, plain
from training.figures import (
    colourfulness,
    detail,
    difference,
    has_varied_hues,
    palette,
    palette_distance,
    srgb_to_lab,
)


def stripes(*colours: tuple[int, int, int]) -> ByteArray:
    """Equally wide stripes, 32 pixels high."""
    return np.concatenate([plain(colour, 32) for colour in colours], axis=1)


def test_grey_has_no_colourfulness() -> None:
    grey = np.repeat(noise(20, 20)[..., :1], 3, axis=2)
    assert colourfulness(grey) == 0


def test_colourfulness_of_one_colour_by_hand() -> None:
    # rg = 200, yb = 50 everywhere: no deviation, 0.3 times the length of the mean.
    assert colourfulness(plain((200, 0, 50))) == pytest.approx(0.3 * np.hypot(200, 50))


def test_colourfulness_of_two_colours_by_hand() -> None:
    # rg = ±100, yb = 50: the deviation is 100 and 0, the mean 0 and 50.
    picture = stripes((100, 0, 0), (0, 100, 0))
    assert colourfulness(picture) == pytest.approx(100 + 0.3 * 50)


def test_detail_of_a_picture_with_itself_is_one() -> None:
    picture = noise(40, 30)
    assert detail(picture, picture) == pytest.approx(1)


def test_detail_of_a_picture_with_its_negative_is_minus_one() -> None:
    picture = noise(40, 30)
    assert detail(picture, 255 - picture) == pytest.approx(-1)


def test_detail_does_not_see_brightness() -> None:
    picture = noise(40, 30) // 2
    assert detail(picture, picture + 60) == pytest.approx(1)


def test_detail_of_unrelated_pictures_is_small() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 256, (2, 64, 64, 3)).astype(np.uint8)
    assert abs(detail(first, second)) < 0.1


def test_a_flat_picture_has_no_detail() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert detail(noise(16, 16), plain((5, 5, 5))) == 0


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0.0, 0.0)),
    ],
)
def test_lab_of_known_colours(
    colour: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert srgb_to_lab(plain(colour, 1))[0, 0] == pytest.approx(lab, abs=0.02)


def test_lab_agrees_with_scikit_image() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    assert srgb_to_lab(picture) == pytest.approx(rgb2lab(picture), abs=0.02)


def test_palette_holds_the_colours_of_the_pictures() -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    found = palette([plain(red), plain(blue)], pixels=10)
    assert found.shape == (20, 2)
    assert found[:10] == pytest.approx(np.tile(srgb_to_lab(plain(red, 1))[0, 0, 1:], (10, 1)))
    assert found[10:] == pytest.approx(np.tile(srgb_to_lab(plain(blue, 1))[0, 0, 1:], (10, 1)))


def test_palette_distance_to_itself_is_zero() -> None:
    colours = palette([noise(30, 20)], pixels=200)
    assert palette_distance(colours, colours) == 0


def test_palette_distance_is_symmetric_and_does_not_see_the_order() -> None:
    first, second = palette([noise(30, 20, 1)], 200), palette([noise(30, 20, 2)], 200)
    assert palette_distance(first, second) > 1
    assert palette_distance(first, second) == pytest.approx(palette_distance(second, first))
    assert palette_distance(first[::-1], second) == pytest.approx(palette_distance(first, second))


def test_palette_distance_of_a_shift_by_hand() -> None:
    """Projected on a direction, a shift by v is |v| times the cosine, on average |v| * 2 / π."""
    colours = palette([noise(30, 20)], 200)
    shifted = colours + np.array([6.0, 8.0])
    assert palette_distance(colours, shifted) == pytest.approx(10 * 2 / np.pi, rel=1e-3)


def test_many_hues_are_varied() -> None:
    assert has_varied_hues(stripes((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255)))


@pytest.mark.parametrize("colour", [(255, 0, 0), (200, 30, 60), (0, 0, 255), (0, 180, 190)])
def test_shades_of_one_hue_are_not_varied(colour: tuple[int, int, int]) -> None:
    darker = (colour[0] // 2, colour[1] // 2, colour[2] // 2)
    assert not has_varied_hues(stripes(colour, darker))


def test_a_hue_on_both_sides_of_zero_degrees_is_one_hue() -> None:
    above, below = (230, 60, 120), (230, 60, 140)
    hues = [np.degrees(np.arctan2(b, a)) for _, a, b in srgb_to_lab(stripes(above, below))[0]]
    assert min(hues) < 0 < max(hues)
    assert not has_varied_hues(stripes(above, below))


def test_grey_has_no_varied_hues() -> None:
    grey = np.repeat(noise(20, 20)[..., :1], 3, axis=2)
    assert not has_varied_hues(grey)


def test_difference_of_plain_colours_is_their_distance_in_lab() -> None:
    black, white, red = plain((0, 0, 0)), plain((255, 255, 255)), plain((255, 0, 0))
    assert difference(black, white) == pytest.approx(100, abs=0.01)
    assert difference(red, black) == pytest.approx(np.hypot(53.24, np.hypot(80.09, 67.20)), abs=0.1)
    assert difference(red, red) == 0


def test_difference_of_large_pictures_is_that_of_their_small_versions() -> None:
    first, second = noise(600, 300, 1), noise(600, 300, 2)
    assert difference(first, second) == pytest.approx(difference(first, second, 600), rel=0.05)
