"""SSIM on the luma channel, the protocol of the super-resolution papers."""

import numpy as np
from numpy.typing import NDArray

from model_layer.upscaling.psnr import ByteArray, luma

RADIUS, SIGMA = 5, 1.5  # pixels, of the Gaussian window (11×11)
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(first: ByteArray, second: ByteArray, shave: int) -> float:
    """Structural similarity of (H, W, 3) bytes on Y, without ``shave`` pixels at each border.

    Wang et al. 2004 (https://doi.org/10.1109/TIP.2003.819861) with their constants, averaged over
    the places where the whole window fits.
    """
    inner = (slice(shave, -shave or None),) * 2
    return ssim_of_luma(luma(first)[inner], luma(second)[inner])


def ssim_of_luma(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Structural similarity of two channels (H, W) in 0..255, at least 11 pixels to each side.

    Raises:
        ValueError: they are smaller than the window.
    """
    if min(first.shape) <= 2 * RADIUS:
        raise ValueError(f"too small for SSIM: {first.shape[1]}×{first.shape[0]} pixels")
    mean1, mean2 = _blur(first), _blur(second)
    variance1 = _blur(first * first) - mean1 * mean1
    variance2 = _blur(second * second) - mean2 * mean2
    covariance = _blur(first * second) - mean1 * mean2
    similar = (2 * mean1 * mean2 + C1) * (2 * covariance + C2)
    at_most = (mean1 * mean1 + mean2 * mean2 + C1) * (variance1 + variance2 + C2)
    return float(np.mean(similar / at_most))


def _blur(channel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian mean around each pixel that lies ``RADIUS`` or more from the border."""
    weights = np.exp(-(np.arange(-RADIUS, RADIUS + 1) ** 2) / (2 * SIGMA**2))
    weights /= weights.sum()
    for _ in range(2):
        length = channel.shape[0] - 2 * RADIUS
        rows = (weight * channel[tap : tap + length] for tap, weight in enumerate(weights))
        channel = sum(rows, np.zeros((length, channel.shape[1]))).T
    return channel
