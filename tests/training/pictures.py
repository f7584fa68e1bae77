"""Pictures drawn for the tests."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ByteArray = NDArray[np.uint8]


def noise(width: int, height: int, seed: int = 0) -> ByteArray:
    """Smooth random colours: (height, width, 3)."""
    cells = np.random.default_rng(seed).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC))


def plain(colour: tuple[int, int, int], side: int = 16) -> ByteArray:
    """One colour."""
    return np.full((side, side, 3), colour, np.uint8)


def save(folder: Path, *sizes: tuple[int, int]) -> Path:
    """Write a PNG for each (width, height) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (width, height) in enumerate(sizes):
        Image.fromarray(noise(width, height, number)).save(folder / f"{number}.png")
    return folder
