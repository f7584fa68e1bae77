"""SSIM, set up as in the paper."""

import numpy as np
import pytest
from skimage import data

from tests.training.pictures import noise, plain
from training.ssim import ssim, ssim_of_luma


def test_ssim_of_a_noisy_photo() -> None:
    """The value of an implementation of our own, written from the paper before."""
    photo = data.astronaut()[100:180, 150:260]
    rng = np.random.default_rng(0)
    worse = np.clip(photo + rng.normal(0, 12, photo.shape), 0, 255).astype(np.uint8)
    assert ssim(photo, worse, 2) == pytest.approx(0.827135, abs=1e-6)


def test_ssim_of_equal_pictures_is_one() -> None:
    assert ssim(noise(20, 18), noise(20, 18), 2) == pytest.approx(1)


def test_ssim_of_two_plain_pictures_by_hand() -> None:
    """Without variance only the luminance term is left."""
    first, second = np.full((11, 11), 100.0), np.full((11, 11), 120.0)
    c1 = (0.01 * 255) ** 2
    by_hand = (2 * 100 * 120 + c1) / (100**2 + 120**2 + c1)
    assert ssim_of_luma(first, second) == pytest.approx(by_hand)


def test_ssim_leaves_out_the_border() -> None:
    first, second = plain((50,) * 3, 15), plain((50,) * 3, 15)
    second[:2], second[:, -1] = 255, 0
    assert ssim(first, second, 1) < 1
    assert ssim(first, second, 2) == pytest.approx(1)


def test_a_picture_smaller_than_the_window_is_an_error() -> None:
    with pytest.raises(ValueError, match="too small for SSIM: 14×10 pixels"):
        ssim(noise(16, 12), noise(16, 12), 1)
