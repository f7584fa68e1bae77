"""What a messenger and a small camera do to a photo, to train and to judge with.

The clean inputs of the papers are shrunk photos without a trace of compression. What people send
has been through JPEG at least once, often after a little blur and noise.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

ByteArray = NDArray[np.uint8]

CLEAN_SHARE = 0.1  # of what is left as it is, so that good inputs are not forgotten
BLUR_SHARE, BLUR_SIGMA = 0.3, (0.2, 0.6)  # pixels
NOISE_SHARE, NOISE_SIGMA = 0.4, (0.5, 3.0)  # levels of 255
QUALITIES = (70, 95)  # of JPEG, both included
BLOCK = 16  # pixels, side of what JPEG codes together when colour is halved (4:2:0)


def recompress(picture: ByteArray, quality: int) -> ByteArray:
    """Send (H, W, 3) bytes through JPEG as messengers do: colour at half the resolution (4:2:0).

    Args:
        picture: sRGB.
        quality: of libjpeg's scale, 1 to 95.
    """
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


def degrade(picture: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Make (H, W, 3) bytes look as if somebody had sent them: slight blur, noise, then JPEG.

    Each of the first two happens now and then; one picture in ten stays as it is.

    Args:
        picture: sRGB.
        rng: source of every choice.
    """
    if rng.random() < CLEAN_SHARE:
        return picture
    if rng.random() < BLUR_SHARE:
        blur = ImageFilter.GaussianBlur(rng.uniform(*BLUR_SIGMA))
        picture = np.asarray(Image.fromarray(picture).filter(blur))
    if rng.random() < NOISE_SHARE:
        noise = rng.normal(0, rng.uniform(*NOISE_SIGMA), picture.shape)
        picture = np.clip(np.round(picture + noise), 0, 255).astype(np.uint8)
    return recompress(picture, int(rng.integers(QUALITIES[0], QUALITIES[1] + 1)))


def degraded_patch(
    picture: ByteArray, top: int, left: int, side: int, rng: np.random.Generator
) -> ByteArray:
    """Cut a square out of a picture as it looks after :func:`degrade`.

    More than the square goes through JPEG, and its blocks begin anywhere: in a photo, too, a
    patch lies somewhere among the blocks.

    Args:
        picture: (H, W, 3) bytes, the square's surroundings among them.
        top: row where the square begins.
        left: column where the square begins.
        side: of the square, pixels.
        rng: source of every choice.
    """
    above, before = (min(start, int(rng.integers(BLOCK))) for start in (top, left))
    wide = picture[top - above : top + side + BLOCK, left - before : left + side + BLOCK]
    return degrade(wide, rng)[above : above + side, before : before + side]
