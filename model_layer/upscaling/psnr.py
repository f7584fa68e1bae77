"""PSNR on the luma channel, the protocol of the super-resolution papers."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ByteArray = NDArray[np.uint8]


def luma(picture: ByteArray) -> NDArray[np.float64]:
    """Y of YCbCr (ITU-R BT.601, 16..235) of (H, W, 3) bytes, as MATLAB's rgb2ycbcr gives it."""
    weights = np.array([65.481, 128.553, 24.966]) / 255
    result: NDArray[np.float64] = picture.astype(np.float64) @ weights + 16
    return result


def psnr(first: ByteArray, second: ByteArray, shave: int) -> float:
    """Peak signal-to-noise ratio on Y, dB, without ``shave`` pixels at each border."""
    inner = (slice(shave, -shave or None),) * 2
    return psnr_of_luma(luma(first)[inner], luma(second)[inner])


def psnr_of_luma(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Peak signal-to-noise ratio of two channels in 0..255, dB."""
    error = np.mean((first - second) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def crop_to_multiple(picture: ByteArray, scale: int) -> ByteArray:
    """Cut off the rows and columns that do not divide by ``scale``."""
    height, width = (side - side % scale for side in picture.shape[:2])
    return picture[:height, :width]


def shrink(picture: ByteArray, scale: int) -> ByteArray:
    """Antialiased bicubic by a whole factor: Pillow's, fast enough for training.

    What :mod:`model_layer.upscaling.bicubic` gives differs at the borders, where Pillow cuts the
    kernel off, and by rounding: Pillow goes across before it goes down.
    """
    image = Image.fromarray(picture)
    size = (image.width // scale, image.height // scale)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))
