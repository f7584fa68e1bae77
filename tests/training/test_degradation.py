"""What a messenger does to a photo."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from tests.training.pictures import ByteArray, noise
from training.degradation import BLOCK, degrade, degraded_patch, recompress


def photo() -> ByteArray:
    piece: ByteArray = data.astronaut()[100:196, 150:246]
    return piece


def error(first: ByteArray, second: ByteArray) -> float:
    return float(np.abs(first.astype(int) - second).mean())


def test_lower_quality_is_further_from_the_photo() -> None:
    errors = [error(recompress(photo(), quality), photo()) for quality in (95, 80, 60, 30)]
    assert errors == sorted(errors)
    assert errors[0] > 0


def test_colour_loses_half_its_resolution() -> None:
    """Red and blue columns, of equal brightness, run into each other."""
    columns = np.zeros((32, 32, 3), np.uint8)
    columns[:, 0::2, 0] = 200
    columns[:, 1::2, 2] = 255
    found = recompress(columns, 95).astype(int)
    assert np.abs(found[:, 0::2, 2] - found[:, 1::2, 2]).max() < 60


def test_the_jpeg_is_one_of_that_quality(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, kept = photo(), []
    opened = Image.open

    def spy(buffer: io.BytesIO) -> Image.Image:
        kept.append(buffer.getvalue())
        return opened(buffer)

    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", spy)
        recompress(picture, 80)
    expected = io.BytesIO()
    Image.fromarray(picture).save(expected, "JPEG", quality=80, subsampling=2)  # 4:2:0
    assert kept == [expected.getvalue()]


def test_degradation_depends_on_the_seed_alone() -> None:
    first, again, other = (degrade(photo(), np.random.default_rng(s)) for s in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_degradation_is_slight_and_some_photos_stay_clean() -> None:
    errors = [error(degrade(photo(), np.random.default_rng(s)), photo()) for s in range(200)]
    assert 0.04 < np.mean([e == 0 for e in errors]) < 0.18
    assert 2 < np.mean(errors) < 6  # levels
    assert max(errors) < 12


def test_degradation_leaves_its_input_alone() -> None:
    before = photo().copy()
    for seed in range(20):
        degrade(before, np.random.default_rng(seed))
    assert np.array_equal(before, photo())


def test_a_degraded_patch_is_the_patch() -> None:
    whole = photo()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        top, left = (int(rng.integers(0, 96 - 24 + 1)) for _ in range(2))
        found = degraded_patch(whole, top, left, 24, rng)
        assert found.shape == (24, 24, 3)
        clean = whole[top : top + 24, left : left + 24]
        both = np.stack([found.ravel(), clean.ravel()])
        assert error(found, clean) < 14
        assert np.asarray(np.corrcoef(both))[0, 1] > 0.95


def test_blocks_begin_anywhere_in_a_patch() -> None:
    """A step of JPEG's grid is where neighbouring columns differ more than elsewhere."""
    ramp = (90 + np.arange(96) * 40 // 95).astype(np.uint8)
    picture = np.tile(ramp[None, :, None], (96, 1, 3))
    offsets = set()
    for seed in range(120):
        patch = degraded_patch(picture, 32, 32, 2 * BLOCK, np.random.default_rng(seed))
        jumps = np.abs(np.diff(patch[..., 1].astype(int), axis=1)).sum(0)
        offsets.add(int(jumps.reshape(-1)[: 3 * 8].reshape(3, 8).sum(0).argmax()))
    assert len(offsets) == 8


def test_a_patch_of_the_whole_picture_will_do() -> None:
    picture = noise(16, 16)
    assert degraded_patch(picture, 0, 0, 16, np.random.default_rng(0)).shape == (16, 16, 3)
