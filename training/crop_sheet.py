"""The same crop of the original and of each result, side by side, enlarged and labelled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from model_layer.upscaling import bicubic
from model_layer.upscaling.psnr import crop_to_multiple, luma, psnr
from training.contenders import Contender
from training.dataset import ByteArray, find_pictures, read_picture
from training.degradation import recompress

SIDE = 72  # pixels of the original, side of a crop
ZOOM = 4
GAP, LABEL = 8, 22  # pixels of the sheet: between crops, height of the line under each
ROWS = 6
MARGIN = 24  # pixels of the input around a crop that is enlarged


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


def compared(
    contenders: Sequence[Contender],
    folders: Iterable[Path],
    scale: int,
    quality: int | None,
    *,
    crops: int,
    side: int,
) -> dict[str, dict[str, Image.Image]]:
    """Enlarge the most detailed places of pictures, 1:1.

    Args:
        contenders: all of this scale.
        folders: of sharp pictures.
        scale: of the contenders.
        quality: send the inputs through JPEG of this quality first; None: they are clean.
        crops: of each picture.
        side: of a crop, pixels of the result.

    Returns:
        By title, the crop of the original, of bicubic, then of each contender.

    Raises:
        EmptyFolderError: no picture.
    """
    rows: dict[str, dict[str, Image.Image]] = {}
    for path in tqdm(find_pictures(folders), unit="picture", leave=False):
        high = crop_to_multiple(np.asarray(read_picture(path)), scale)
        low = bicubic.shrink(high, scale)
        if quality is not None:
            low = recompress(low, quality)
        small, margin = side // scale, MARGIN
        for number, (top, left) in enumerate(_detailed(low, small, crops), 1):
            # With what lies around it, so that every network sees all that it looks at.
            above, before = max(0, top - margin), max(0, left - margin)
            seen = low[above : top + small + margin, before : left + small + margin]
            place = (slice((top - above) * scale, (top - above + small) * scale),
                     slice((left - before) * scale, (left - before + small) * scale))  # fmt: skip
            results = {"bicubic": bicubic.enlarge(seen, scale)}
            for contender in contenders:
                results[contender.name] = np.asarray(contender.enlarge(Image.fromarray(seen)))
            first = (slice(top * scale, (top + small) * scale),
                     slice(left * scale, (left + small) * scale))  # fmt: skip
            tiles = {"original": high[first], **{n: r[place] for n, r in results.items()}}
            title = f"{path.stem[:24]}/{number}"
            rows[title] = {name: Image.fromarray(tile) for name, tile in tiles.items()}
    return rows


def _detailed(picture: ByteArray, side: int, count: int) -> list[tuple[int, int]]:
    """Find the squares with most detail that do not overlap, as (top, left)."""
    y = luma(picture)
    edges = np.zeros_like(y)
    edges[:-1] += np.abs(np.diff(y, axis=0))
    edges[:, :-1] += np.abs(np.diff(y, axis=1))
    means, places = _means(edges, side), []
    for _ in range(count):
        top, left = (int(v) for v in np.unravel_index(int(means.argmax()), means.shape))
        places.append((top, left))
        means[max(0, top - side) : top + side, max(0, left - side) : left + side] = -1
    return places


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
