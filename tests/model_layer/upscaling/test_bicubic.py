"""Resizing as MATLAB does it, against the formula written out pixel by pixel."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from model_layer.upscaling import bicubic
from tests.training.pictures import ByteArray, noise, plain

FloatArray = NDArray[np.float64]


def keys(x: float) -> float:
    """Keys' cubic convolution kernel with a = -0.5."""
    x = abs(x)
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x <= 2 else 0.0


def imresize_line(line: list[float], length: int) -> list[float]:
    """MATLAB's imresize for one line, from its description: nothing in common with the module."""
    scale = length / len(line)
    shrinking = min(scale, 1.0)
    mirrored = line + line[::-1]
    result = []
    for place in range(1, length + 1):  # MATLAB counts from 1
        centre = place / scale + 0.5 * (1 - 1 / scale)
        reach = math.ceil(2 / shrinking) + 1
        weights = {
            source: shrinking * keys(shrinking * (centre - source))
            for source in range(math.floor(centre) - reach, math.floor(centre) + reach + 1)
        }
        total = sum(weights.values())
        result.append(
            sum(w * mirrored[(source - 1) % len(mirrored)] for source, w in weights.items()) / total
        )
    return result


def imresize(channel: FloatArray, height: int, width: int, *, rounded: bool) -> FloatArray:
    """Rows first, as MATLAB does when both sides change alike."""

    def settle(values: FloatArray) -> FloatArray:
        return np.clip(np.floor(values + 0.5), 0, 255) if rounded else values

    columns = [imresize_line(list(column), height) for column in channel.T]
    down = settle(np.array(columns).T)
    return settle(np.array([imresize_line(list(row), width) for row in down]))


def photo() -> ByteArray:
    """A detailed piece of a photo, its sides multiples of 2, 3 and 4."""
    piece: ByteArray = data.astronaut()[150:186, 180:228]
    return piece


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_shrinking_is_matlabs(scale: int) -> None:
    picture = photo().astype(np.float64)
    size = (36 // scale, 48 // scale)
    expected = [imresize(picture[..., c], *size, rounded=False) for c in range(3)]
    assert bicubic.shrink(picture, scale) == pytest.approx(np.stack(expected, -1), abs=1e-9)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_enlarging_is_matlabs(scale: int) -> None:
    picture = photo().astype(np.float64)[:12, :16]
    size = (12 * scale, 16 * scale)
    expected = [imresize(picture[..., c], *size, rounded=False) for c in range(3)]
    assert bicubic.enlarge(picture, scale) == pytest.approx(np.stack(expected, -1), abs=1e-9)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bytes_are_rounded_as_by_matlab(scale: int) -> None:
    channel = photo()[..., 1]
    small = bicubic.shrink(channel, scale)
    expected = imresize(channel.astype(np.float64), 36 // scale, 48 // scale, rounded=True)
    assert small.dtype == np.uint8
    # A sum that is half a level but for the last bit may be rounded either way.
    assert np.abs(small - expected).max() <= 1
    assert np.mean(small != expected) < 0.01


def test_any_size_is_matlabs() -> None:
    picture = photo().astype(np.float64)[..., 0]
    expected = imresize(picture, 25, 61, rounded=False)
    assert bicubic.resize(picture, 25, 61) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_pillow_does_the_same_away_from_the_borders(scale: int) -> None:
    """Pillow shrinks across first; in that order it is within a level."""
    picture = data.astronaut()[120:420, 120:420]
    small = bicubic.shrink(picture.swapaxes(0, 1), scale).swapaxes(0, 1)
    size = (300 // scale, 300 // scale)
    pillows = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    difference = np.abs(small.astype(int) - pillows)
    assert difference[2:-2, 2:-2].max() <= 1
    assert difference.max() > 1  # at the borders Pillow cuts the kernel off
    assert np.abs(bicubic.shrink(picture, scale).astype(int) - pillows).mean() < 0.3


def test_a_plain_colour_stays() -> None:
    colour = (10, 200, 90)
    assert np.array_equal(bicubic.shrink(plain(colour, 12), 3), plain(colour, 4))
    assert np.array_equal(bicubic.enlarge(plain(colour, 4), 3), plain(colour, 12))


def test_bright_edges_are_cut_off_and_not_wrapped() -> None:
    edge = np.zeros((16, 16), np.uint8)
    edge[:, 8:] = 255
    large = bicubic.enlarge(edge, 4)
    assert large[:, :24].max() == 0
    assert large[:, 40:].min() == 255


def test_it_does_not_matter_from_which_side_one_looks() -> None:
    picture = noise(30, 24).astype(np.float64)
    turned = bicubic.shrink(picture[::-1, ::-1].copy(), 2)[::-1, ::-1]
    assert turned == pytest.approx(bicubic.shrink(picture, 2), abs=1e-9)
