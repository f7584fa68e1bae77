"""Figures that say how good a neon picture is; guards beside the eye, not instead of it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.dataset import ByteArray, luminance

FloatArray = NDArray[np.float64]


def colourfulness(picture: ByteArray) -> float:
    """Colourfulness of (H, W, 3) sRGB bytes: 0 is grey, 60 is vivid, 109 extreme.

    Source: Hasler & Süsstrunk, "Measuring colourfulness in natural images", 2003, equation for M3.
    """
    red, green, blue = picture.astype(np.float64).transpose(2, 0, 1)
    rg, yb = red - green, (red + green) / 2 - blue
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def detail(photo: ByteArray, result: ByteArray) -> float:
    """Correlation (-1..1) of the luminance gradients of two pictures of the same shape.

    0 where one of them has no gradients at all.
    """

    def gradients(picture: ByteArray) -> FloatArray:
        grey = luminance(picture).astype(np.float64)
        return np.concatenate([np.diff(grey, axis=0).ravel(), np.diff(grey, axis=1).ravel()])

    first, second = gradients(photo), gradients(result)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def srgb_to_lab(picture: ByteArray | FloatArray) -> FloatArray:
    """Convert sRGB (..., 3) in 0..255 to CIE L*a*b* under D65 (IEC 61966-2-1, CIE 15)."""
    encoded = picture.astype(np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    x, y, z = np.moveaxis(linear @ to_xyz.T / np.array([0.95047, 1.0, 1.08883]), -1, 0)
    fx, fy, fz = (
        np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29) for t in (x, y, z)
    )
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)


def palette(pictures: list[ByteArray], pixels: int = 4000, side: int = 256) -> FloatArray:
    """Sample the colours of a set: (len(pictures) * pixels, 2) values of Lab (a, b)."""
    rng = np.random.default_rng(0)
    samples = []
    for picture in pictures:
        small = _at_size(picture, side).reshape(-1, 3)
        samples.append(srgb_to_lab(small[rng.integers(0, len(small), pixels)])[:, 1:])
    return np.concatenate(samples)


def palette_distance(first: FloatArray, second: FloatArray, directions: int = 64) -> float:
    """Sliced Wasserstein distance between two palettes, in units of Lab.

    Mean absolute difference of the quantiles of the samples projected on ``directions``
    directions (Bonneel et al. 2015, "Sliced and Radon Wasserstein barycenters of measures").
    """
    angles = np.linspace(0, np.pi, directions, endpoint=False)
    axes = np.stack([np.cos(angles), np.sin(angles)])
    quantiles = np.linspace(0, 1, 512)
    difference = np.quantile(first @ axes, quantiles, axis=0) - np.quantile(
        second @ axes, quantiles, axis=0
    )
    return float(np.abs(difference).mean())


def has_varied_hues(picture: ByteArray, window: int = 30, share: float = 0.7) -> bool:
    """Whether no window of ``window`` degrees of Lab hue holds over ``share`` of the chroma.

    A picture without colour (a mean chroma under 1) has no hues to vary.
    """
    a, b = srgb_to_lab(picture)[..., 1:].reshape(-1, 2).T
    chroma = np.hypot(a, b)
    if chroma.mean() < 1:
        return False
    hue = np.floor(np.degrees(np.arctan2(b, a))).astype(int) % 360
    histogram = np.bincount(hue, weights=chroma, minlength=360)
    around = np.concatenate([histogram, histogram[: window - 1]])
    windows = np.convolve(around, np.ones(window), mode="valid")
    return bool(windows.max() <= share * histogram.sum())


def difference(first: ByteArray, second: ByteArray, side: int = 256) -> float:
    """Mean colour difference ΔE*ab (CIE 1976) of two pictures of one shape, at ``side`` pixels.

    1 is just noticeable; above 10 two pictures differ at a glance.
    """
    labs = [srgb_to_lab(_at_size(picture, side)) for picture in (first, second)]
    return float(np.linalg.norm(labs[0] - labs[1], axis=-1).mean())


def _at_size(picture: ByteArray, side: int) -> ByteArray:
    """Scale a picture to ``side`` pixels on its long side."""
    image = Image.fromarray(picture)
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return np.asarray(image.resize(size, Image.Resampling.BOX))
