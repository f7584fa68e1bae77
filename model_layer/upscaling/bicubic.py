"""Bicubic resizing as MATLAB's imresize does it, which the super-resolution papers measure with.

Keys' cubic (a = -0.5), widened by the factor when shrinking (antialiasing), borders mirrored.
First down, then across; whole numbers are rounded after each, floating-point values not at all.
Pillow's bicubic goes across first, and cuts the kernel off at the borders.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Values = TypeVar("Values", np.uint8, np.float64)


def shrink(picture: NDArray[Values], scale: int) -> NDArray[Values]:
    """Make (H, W) or (H, W, 3) a whole number of times smaller; its sides must divide by it."""
    return resize(picture, picture.shape[0] // scale, picture.shape[1] // scale)


def enlarge(picture: NDArray[Values], scale: int) -> NDArray[Values]:
    """Make (H, W) or (H, W, 3) a whole number of times larger."""
    return resize(picture, picture.shape[0] * scale, picture.shape[1] * scale)


def resize(picture: NDArray[Values], height: int, width: int) -> NDArray[Values]:
    """Resize (H, W) or (H, W, 3); bytes stay bytes."""
    rows = _along_rows(picture, height)
    return _along_rows(rows.swapaxes(0, 1), width).swapaxes(0, 1)


def _along_rows(picture: NDArray[Values], length: int) -> NDArray[Values]:
    sources, weights = _contributions(picture.shape[0], length)
    shape = (-1,) + (1,) * (picture.ndim - 1)
    total = np.zeros((length, *picture.shape[1:]))
    for tap in range(weights.shape[1]):
        total += picture[sources[:, tap]] * weights[:, tap].reshape(shape)
    if picture.dtype == np.uint8:
        total = np.clip(np.floor(total + 0.5), 0, 255)  # half is rounded up, as in MATLAB
    return total.astype(picture.dtype)


def _contributions(before: int, after: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each pixel of the result: which pixels it is made of, and the weight of each."""
    widening = max(1.0, before / after)
    centres = (np.arange(after) + 0.5) * before / after - 0.5
    first = np.floor(centres - 2 * widening).astype(np.intp)
    sources = first[:, None] + np.arange(int(np.ceil(4 * widening)) + 2)
    weights = _cubic((centres[:, None] - sources) / widening)
    weights /= weights.sum(1, keepdims=True)
    folded = sources % (2 * before)  # beyond a border the picture is mirrored, edge pixel twice
    return np.where(folded < before, folded, 2 * before - 1 - folded), weights


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))
