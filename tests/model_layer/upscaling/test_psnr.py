"""The super-resolution protocol, against values worked out by hand."""

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from model_layer.upscaling.psnr import crop_to_multiple, luma, psnr, shrink
from tests.training.pictures import noise, plain


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), 16.0),
        ((255, 255, 255), 235.0),
        ((255, 0, 0), 81.481),
        ((0, 255, 0), 144.553),
        ((0, 0, 255), 40.966),
    ],
)
def test_luma_of_the_corners_of_the_cube(colour: tuple[int, int, int], expected: float) -> None:
    assert luma(plain(colour, 2)) == pytest.approx(np.full((2, 2), expected))


def test_psnr_of_a_known_error() -> None:
    # 20 steps of grey are 20 * 219 / 255 steps of Y.
    error = 20 * 219 / 255
    expected = 10 * np.log10(255**2 / error**2)
    assert psnr(plain((100,) * 3), plain((120,) * 3), 0) == pytest.approx(expected)
    assert psnr(plain((120,) * 3), plain((100,) * 3), 2) == pytest.approx(expected)


def test_psnr_agrees_with_scikit_image() -> None:
    first, second = noise(20, 30, 1), noise(20, 30, 2)
    expected = peak_signal_noise_ratio(
        luma(first)[3:-3, 3:-3], luma(second)[3:-3, 3:-3], data_range=255
    )
    assert psnr(first, second, 3) == pytest.approx(expected)


def test_psnr_of_equal_pictures_is_infinite() -> None:
    assert psnr(noise(9, 9), noise(9, 9), 2) == float("inf")


def test_psnr_leaves_out_the_border() -> None:
    first, second = plain((50,) * 3), plain((50,) * 3)
    second[:2], second[:, -1] = 255, 0
    assert psnr(first, second, 1) < float("inf")
    assert psnr(first, second, 2) == float("inf")


@pytest.mark.parametrize(
    ("shape", "scale", "expected"),
    [((7, 9), 2, (6, 8)), ((7, 9), 3, (6, 9)), ((8, 8), 4, (8, 8))],
)
def test_crop_to_multiple(shape: tuple[int, int], scale: int, expected: tuple[int, int]) -> None:
    picture = noise(shape[1], shape[0])
    cropped = crop_to_multiple(picture, scale)
    assert cropped.shape == (*expected, 3)
    assert np.array_equal(cropped, picture[: expected[0], : expected[1]])


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_shrink_keeps_a_plain_colour_and_divides_the_size(scale: int) -> None:
    small = shrink(plain((10, 200, 90), 12), scale)
    assert np.array_equal(small, plain((10, 200, 90), 12 // scale))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_shrink_is_the_antialiased_cubic_of_the_papers(scale: int) -> None:
    """Keys' kernel, a = -0.5, widened by the scale: written out for a row of pixels."""
    row = np.random.default_rng(scale).integers(0, 256, 24 * scale).astype(np.uint8)
    picture = np.repeat(np.tile(row, (scale, 1))[..., None], 3, axis=2)
    centre = 12 * scale + scale / 2  # of pixel 12 of the result, in pixels of the source
    distance = np.abs(np.arange(row.size) + 0.5 - centre) / scale
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    weights = np.where(distance < 1, near, np.where(distance < 2, far, 0))
    expected = np.clip(weights @ row / weights.sum(), 0, 255)
    assert shrink(picture, scale)[0, 12, 0] == pytest.approx(expected, abs=1)


def test_shrink_does_not_alias() -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2] = 255
    inside = shrink(stripes, 4)[2:-2, 2:-2]
    assert np.abs(inside.astype(int) - 128).max() <= 1
    nearest = np.asarray(Image.fromarray(stripes).resize((8, 8), Image.Resampling.NEAREST))
    assert np.abs(nearest.astype(int) - 128).max() > 100
