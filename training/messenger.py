"""What a camera and a messenger do to a photo, for pairs to learn from.

A photo is soft, has been shrunk by some program, is noisy, and went through JPEG: once when the
messenger sent it on, now and then twice, with colour at half the resolution.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

ByteArray = NDArray[np.uint8]
Range = tuple[float, float]

BLOCK = 16
"""Pixels, side of what JPEG codes together when colour is halved."""

_KERNELS = (
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)


@dataclass(frozen=True)
class Chain:
    """How often each step happens, and how strong it is then."""

    clean: float = 0.05
    """Share of pictures that are only shrunk, so that good inputs are not forgotten."""
    blur: float = 0.15
    blur_sigma: Range = (0.2, 0.5)
    """Pixels of the result. Seldom and little: what learns to sharpen the soft sharpens all."""
    noise: float = 0.25
    noise_sigma: Range = (0.5, 2.5)
    """Levels of 255."""
    grey_noise: float = 0.5
    """Share of the noise that is the same in all colours."""
    quality: Range = (72, 92)
    """Of the last JPEG, both included."""
    twice: float = 0.35
    """Share of pictures that went through JPEG before."""
    first_quality: Range = (75, 95)
    full_colour: float = 0.15
    """Share of JPEGs that keep the colour's resolution."""


TELEGRAM = Chain()


def send(
    high: ByteArray, scale: int, rng: np.random.Generator, chain: Chain = TELEGRAM
) -> ByteArray:
    """Make the small, compressed version of a sharp picture.

    Args:
        high: (H, W, 3), sRGB; both sides multiples of the scale.
        scale: how many times smaller the result is.
        rng: source of every choice.
        chain: the choices' odds.
    """
    height, width = (side // scale for side in high.shape[:2])
    image = Image.fromarray(high)
    if rng.random() < chain.clean:
        return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
    if rng.random() < chain.blur:
        sigma = scale * rng.uniform(*chain.blur_sigma)
        image = image.filter(ImageFilter.GaussianBlur(sigma))
    image = image.resize((width, height), _KERNELS[int(rng.integers(len(_KERNELS)))])
    if rng.random() < chain.noise:
        image = _noisy(image, rng, chain)
    if rng.random() < chain.twice:
        image = _through_jpeg(image, chain.first_quality, rng, chain)
    return np.asarray(_through_jpeg(image, chain.quality, rng, chain))


def _noisy(image: Image.Image, rng: np.random.Generator, chain: Chain) -> Image.Image:
    picture = np.asarray(image, np.float32)
    channels = 1 if rng.random() < chain.grey_noise else 3
    noise = rng.standard_normal((*picture.shape[:2], channels), np.float32)
    noisy = picture + noise * np.float32(rng.uniform(*chain.noise_sigma))
    return Image.fromarray(np.clip(np.round(noisy), 0, 255).astype(np.uint8))


def _through_jpeg(
    image: Image.Image, quality: Range, rng: np.random.Generator, chain: Chain
) -> Image.Image:
    """Compress a picture whose blocks begin anywhere, as a patch lies anywhere in its photo."""
    above, before = (int(offset) for offset in rng.integers(0, BLOCK, 2))
    picture = np.asarray(image)
    padded = np.pad(picture, ((above, 0), (before, 0), (0, 0)), "reflect")
    buffer = io.BytesIO()
    subsampling = "4:4:4" if rng.random() < chain.full_colour else "4:2:0"
    chosen = int(rng.integers(int(quality[0]), int(quality[1]) + 1))
    Image.fromarray(padded).save(buffer, "JPEG", quality=chosen, subsampling=subsampling)
    with Image.open(buffer) as sent:
        return sent.crop((before, above, padded.shape[1], padded.shape[0]))
