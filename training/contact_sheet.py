"""Sheets of pictures: what the network will see, and what it answers."""

import numpy as np
from PIL import Image
from torch import Tensor

from training.dataset import ByteArray, NeonPairs

COLUMNS = 6


def grid(rows: list[list[ByteArray]]) -> Image.Image:
    """Lay out equally large pictures in rows; a shorter row ends in black."""
    black = np.zeros_like(rows[0][0])
    longest = max(map(len, rows))
    filled = [[*row, *[black] * (longest - len(row))] for row in rows]
    return Image.fromarray(np.concatenate([np.concatenate(row, axis=1) for row in filled]))


def fitted(picture: ByteArray, side: int) -> ByteArray:
    """Shrink a square picture to ``side`` pixels, if it is larger."""
    if len(picture) <= side:
        return picture
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS))


def sheet_size(count: int, side: int, columns: int = COLUMNS) -> tuple[int, int]:
    """Width and height of the sheet of so many pairs, pixels, before it is drawn."""
    return min(count, columns) * side, 2 * -(-count // columns) * side


def pairs_sheet(pairs: NeonPairs, count: int = 24, columns: int = COLUMNS) -> Image.Image:
    """Show the first ``count`` pairs as a training on them would see them: input above target.

    Raises:
        ValueError: no pair is asked for.
    """
    if count < 1:
        raise ValueError(f"{count} pairs: at least 1")
    shown = [tuple(map(_to_bytes, pairs[index])) for index in range(count)]
    rows = []
    for first in range(0, count, columns):
        inputs, targets = zip(*shown[first : first + columns])
        rows += [list(inputs), list(targets)]
    return grid(rows)


def _to_bytes(picture: Tensor) -> ByteArray:
    """Turn (3, H, W) in -1..1 into (H, W, 3)."""
    result: ByteArray = ((picture.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
    return result
