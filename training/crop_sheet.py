"""The same crop of the original and of each result, side by side, enlarged and labelled."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
PLACES = Path(__file__).with_name("crops.csv")


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


@dataclass(frozen=True)
class Place:
    """Where upscalers are judged: chosen by eye, sharp and typical of its kind."""

    kind: str
    file: str
    long_side: int
    """Pixels; a larger picture is first shrunk to it, so that the original is sharp at 1:1."""
    left: int
    top: int


def read_places(path: Path) -> list[Place]:
    """Read a list of places: a CSV file whose columns are the fields of :class:`Place`.

    Raises:
        ValueError: it is no such list.
        OSError: it cannot be read.
    """
    numbers = ("long_side", "left", "top")
    with path.open(encoding="utf-8", newline="") as file:
        try:
            places = [
                Place(row["kind"], row["file"], *(int(row[name]) for name in numbers))
                for row in csv.DictReader(file)
            ]
        except (KeyError, TypeError, ValueError):
            places = []
    if not places:
        raise ValueError(f"{path}: wants kind, file, {', '.join(numbers)}")
    return places


def compared(
    contenders: Sequence[Contender],
    places: Sequence[Place],
    folders: Iterable[Path],
    scale: int,
    quality: int | None,
    *,
    side: int,
) -> Iterator[tuple[str, dict[str, Image.Image]]]:
    """Enlarge places of pictures.

    Args:
        contenders: all of this scale.
        places: of pictures in the folders.
        folders: in which pictures are looked for by name.
        scale: of the contenders.
        quality: send the inputs through JPEG of this quality first; None: they are clean.
        side: of a crop, pixels of the result; it is smaller where the picture ends.

    Yields:
        The place's kind, and the crop of the original, of bicubic, then of each contender.

    Raises:
        EmptyFolderError: no picture.
        ValueError: a picture is in none of the folders, or ends before its place.
    """
    files = {path.name: path for path in find_pictures(folders)}
    if missing := {place.file for place in places} - files.keys():
        raise ValueError(f"in none of the folders: {', '.join(sorted(missing))}")
    for place in tqdm(places, unit="crop", leave=False):
        picture = read_picture(files[place.file])
        picture.thumbnail((place.long_side, place.long_side), Image.Resampling.LANCZOS)
        high = crop_to_multiple(np.asarray(picture), scale)
        left, top, small = place.left // scale, place.top // scale, side // scale
        # With what lies around it, so that every network sees all that it looks at.
        before, above = max(0, left - MARGIN), max(0, top - MARGIN)
        high = high[above * scale : (top + small + MARGIN) * scale,
                    before * scale : (left + small + MARGIN) * scale]  # fmt: skip
        inner = (slice((top - above) * scale, (top - above + small) * scale),
                 slice((left - before) * scale, (left - before + small) * scale))  # fmt: skip
        if not high[inner].size:
            raise ValueError(f"{place.file} ends before {place.left}, {place.top}")
        low = bicubic.shrink(high, scale)
        if quality is not None:
            low = recompress(low, quality)
        results = {"original": high, "bicubic": bicubic.enlarge(low, scale)}
        for contender in contenders:
            results[contender.name] = np.asarray(contender.enlarge(Image.fromarray(low)))
        yield place.kind, {name: Image.fromarray(of[inner]) for name, of in results.items()}


def pairs(
    rows: Iterable[tuple[str, dict[str, Image.Image]]], name: str
) -> list[tuple[str, dict[str, Image.Image]]]:
    """Set one contender against each other in turn: first in all rows against the first.

    Side by side, the rows of one place would betray who is in all of them.

    Args:
        rows: of :func:`compared`.
        name: of the contender.
    """
    rows = list(rows)
    others = [other for other in rows[0][1] if other not in ("original", name)]
    return [
        (kind, {shown: pictures[shown] for shown in ("original", name, other)})
        for other in others
        for kind, pictures in rows
    ]


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
