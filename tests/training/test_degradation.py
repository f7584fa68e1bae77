"""What a messenger does to a photo."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from tests.training.pictures import ByteArray
from training.degradation import recompress


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
