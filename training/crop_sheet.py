"""The same crop of the original and of each result, side by side, enlarged and labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model_layer.upscaling.psnr import luma, psnr
from training.dataset import ByteArray

SIDE = 72  # pixels of the original, side of a crop
ZOOM = 4
GAP, LABEL = 8, 22  # pixels of the sheet: between crops, height of the line under each
ROWS = 6


@dataclass(frozen=True)
class Crop:
    """The place of a picture where networks and bicubic differ most."""

    title: str
    difference: float
    """Mean over the crop, levels of Y."""
    tiles: dict[str, ByteArray]
    """The original, bicubic, then each network."""


def most_different(title: str, high: ByteArray, results: Mapping[str, ByteArray]) -> Crop:
    """Find the crop where the networks differ most from bicubic enlargement.

    Args:
        title: of the picture.
        high: the original, (H, W, 3).
        results: bicubic, then each network, all as large.
    """
    base, *others = map(luma, results.values())
    difference = sum((np.abs(other - base) for other in others), np.zeros_like(base))
    difference /= max(1, len(others))
    means = _means(difference, SIDE)
    top, left = np.unravel_index(int(means.argmax()), means.shape)
    place = (slice(top, top + SIDE), slice(left, left + SIDE))
    tiles = {"original": high[place].copy()}
    tiles |= {name: result[place].copy() for name, result in results.items()}
    return Crop(title, float(means[top, left]), tiles)


def draw(crops: Sequence[Crop], rows: int = ROWS) -> Image.Image:
    """Draw the crops with the largest differences, one a row, those of a picture side by side.

    Args:
        crops: at least one; they need not have the same methods.
        rows: how many at most.
    """
    chosen = sorted(crops, key=lambda crop: -crop.difference)[:rows]
    width = max(len(crop.tiles) for crop in chosen) * (SIDE * ZOOM + GAP) + GAP
    height = len(chosen) * (SIDE * ZOOM + LABEL + GAP) + GAP
    sheet = Image.new("RGB", (width, height), "white")
    font, pen = ImageFont.load_default(15), ImageDraw.Draw(sheet)
    for row, crop in enumerate(chosen):
        y = GAP + row * (SIDE * ZOOM + LABEL + GAP)
        original = crop.tiles["original"]
        for column, (name, tile) in enumerate(crop.tiles.items()):
            x = GAP + column * (SIDE * ZOOM + GAP)
            size = (tile.shape[1] * ZOOM, tile.shape[0] * ZOOM)
            sheet.paste(Image.fromarray(tile).resize(size, Image.Resampling.NEAREST), (x, y))
            text = crop.title if column == 0 else f"{name}  {psnr(tile, original, 0):.2f} dB"
            while font.getlength(text) > SIDE * ZOOM:
                text = text[:-1]
            pen.text((x, y + size[1] + 4), text, "black", font)
    return sheet


def _means(values: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Mean over the square that begins at each place; over all, where there is less."""
    rows, columns = (min(side, length) for length in values.shape)
    total = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    squares = total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns]
    result: NDArray[np.float64] = (squares + total[:-rows, :-columns]) / (rows * columns)
    return result
