"""SSIM on the luma channel, the protocol of the super-resolution papers."""

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from model_layer.upscaling.psnr import ByteArray, luma

WINDOW = 11  # pixels, what a Gaussian of 1.5 is cut off to


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
    if min(first.shape) < WINDOW:
        raise ValueError(f"too small for SSIM: {first.shape[1]}×{first.shape[0]} pixels")
    found = structural_similarity(
        first, second, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    return float(found)
