"""Pictures as a messenger sends them on."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.training.pictures import noise
from training.messenger import TELEGRAM, Chain, send

NOTHING = Chain(clean=0, blur=0, noise=0, quality=(95, 95), twice=0, full_colour=1)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def bicubic(picture: np.ndarray, scale: int) -> np.ndarray:
    height, width = (side // scale for side in picture.shape[:2])
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image)


def error(chain: Chain, seeds: int = 8) -> float:
    """Mean difference from the clean small picture, levels."""
    high = noise(96, 80)
    clean = bicubic(high, 2).astype(int)
    return float(np.mean([np.abs(send(high, 2, rng(s), chain) - clean) for s in range(seeds)]))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_result_is_a_whole_number_of_times_smaller(scale: int) -> None:
    for seed in range(12):
        assert send(noise(36 * scale, 25 * scale), scale, rng(seed)).shape == (25, 36, 3)


def test_a_clean_picture_is_only_shrunk() -> None:
    high = noise(64, 64)
    found = send(high, 2, rng(), replace(TELEGRAM, clean=1))
    assert np.array_equal(found, bicubic(high, 2))


@pytest.mark.parametrize(
    "worse",
    [
        replace(NOTHING, blur=1, blur_sigma=(3, 3)),
        replace(NOTHING, noise=1, noise_sigma=(6, 6)),
        replace(NOTHING, quality=(10, 10)),
        replace(NOTHING, twice=1, first_quality=(10, 10)),
        replace(NOTHING, full_colour=0),
    ],
)
def test_each_step_takes_something_away(worse: Chain) -> None:
    assert error(worse) > 1.1 * error(NOTHING)


def test_noise_may_be_grey() -> None:
    flat = np.full((64, 64, 3), 128, np.uint8)
    for share, coloured in ((1.0, False), (0.0, True)):
        chain = replace(NOTHING, noise=1, noise_sigma=(8, 8), grey_noise=share)
        found = send(flat, 2, rng(), chain).astype(int)
        spread = float((found.max(2) - found.min(2)).mean())
        assert (spread > 4) is coloured


def test_the_same_seed_gives_the_same_picture() -> None:
    high = noise(64, 64)
    assert np.array_equal(send(high, 2, rng(3)), send(high, 2, rng(3)))
    assert len({send(high, 2, rng(seed)).tobytes() for seed in range(6)}) == 6
