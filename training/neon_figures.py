"""Figures of light: whether a picture is lit as asked, and whether things or a filter are lit."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.dataset import luminance
from training.figures import detail, srgb_to_lab

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

SIDE = 256  # pixels, long side at which most is measured
HALO_SIDE = 1280  # pixels, long side at which a halo is looked for
GRID = 4  # points along each side of what counts as a filter


def filter_share(picture: Bytes) -> float:
    """Share (0..1) of the chroma's variance that a filter laid over the picture explains.

    The filter is the best bilinear grid of 4×4 colours (Lab a, b). Real neon pictures have about
    0.4; 1 is a coloured sheet of glass.

    Args:
        picture: (H, W, 3) sRGB.
    """
    chroma = srgb_to_lab(at_size(picture))[..., 1:]
    height, width = chroma.shape[:2]
    rows, columns = bilinear(height), bilinear(width)
    basis = np.einsum("yi,xj->yxij", rows, columns).reshape(height * width, GRID * GRID)
    flat = chroma.reshape(-1, 2)
    flat = flat - flat.mean(0)
    weights = np.linalg.lstsq(basis, flat, rcond=None)[0]
    variance = float((flat**2).sum())
    if variance < 1e-9:
        return 1.0
    return 1 - float(((flat - basis @ weights) ** 2).sum()) / variance


def bilinear(length: int, points: int = GRID) -> Floats:
    """The matrix (length, points) that interpolates between evenly spaced points, ends included."""
    place = np.linspace(0, points - 1, length)
    weights: Floats = np.clip(1 - np.abs(place[:, None] - np.arange(points)), 0, 1)
    return weights


def hue_error(asked: Floats, picture: Bytes) -> float:
    """Degrees between the hues that were asked for and those that came, in Lab.

    Means over the cells of a grid, weighted by the asked chroma times the lightness that came;
    cells that ask for hardly any colour (chroma below 12) are left out.

    Args:
        asked: colours of light, (2, k, k): R - Y and B - Y over Y, as light maps have them.
        picture: (H, W, 3) sRGB.

    Returns:
        0 to 180; not a number when no cell asks for a colour.
    """
    cells = asked.shape[1]
    small = at_size(picture).astype(np.float64)
    rows = np.array_split(small, cells, 0)
    means = np.array([[c.mean((0, 1)) for c in np.array_split(r, cells, 1)] for r in rows])
    found = srgb_to_lab(means)
    # The asked hue at the brightness that the cell has, as far as the display reaches.
    y = means @ [0.299, 0.587, 0.114] / 255
    wanted = srgb_to_lab(_colour(asked, y) * 255)
    chroma = np.hypot(*np.moveaxis(wanted[..., 1:], -1, 0))
    hues = [np.arctan2(lab[..., 2], lab[..., 1]) for lab in (wanted, found)]
    turned = np.degrees(np.abs((hues[0] - hues[1] + np.pi) % (2 * np.pi) - np.pi))
    weight = np.where(chroma < 12, 0, chroma * found[..., 0])
    return float((turned * weight).sum() / weight.sum()) if weight.sum() else float("nan")


def _colour(chroma: Floats, y: Floats) -> Floats:
    """RGB (..., 3) in 0..1 of a brightness-free colour (2, ...) at a luma, made paler to fit."""
    red, blue = chroma * (y + 0.08)
    difference = np.stack([red, -(0.299 * red + 0.114 * blue) / 0.587, blue], -1)
    highest, lowest = difference.max(-1), difference.min(-1)
    room = np.minimum((1 - y) / np.maximum(highest, 1e-6), y / np.maximum(-lowest, 1e-6))
    colour: Floats = np.clip(y[..., None] + difference * np.minimum(1, room)[..., None], 0, 1)
    return colour


class Kept(NamedTuple):
    """Edges of a photo, and how many of them are still edges."""

    edges: int
    kept: int


def colour_edges(photo: Bytes, result: Bytes) -> Kept:
    """Count edges between colours of one brightness, and those that a result still has.

    Args:
        photo: (H, W, 3) sRGB.
        result: the same shape.
    """
    before, after = (srgb_to_lab(at_size(picture)) for picture in (photo, result))
    edges = kept = 0
    for axis in (0, 1):
        was, now = np.diff(before, axis=axis), np.diff(after, axis=axis)
        is_edge = (np.abs(was[..., 0]) < 3) & (np.linalg.norm(was[..., 1:], axis=-1) > 20)
        edges += int(is_edge.sum())
        kept += int((is_edge & (np.linalg.norm(now[..., 1:], axis=-1) > 8)).sum())
    return Kept(edges, kept)


def halos(photo: Bytes, result: Bytes) -> Floats:
    """Measure brightness that a result adds beside strong edges before bright, even areas.

    In each square of 96 pixels that has such an area both 2 to 8 and 16 to 32 pixels from an
    edge: the luma near the edge less that further off, less the same of the photo.

    Args:
        photo: (H, W, 3) sRGB.
        result: the same shape.

    Returns:
        A value for each square, levels of 255; above 0 is a pale fringe.
    """
    before, after = (
        luminance(at_size(picture, HALO_SIDE, Image.Resampling.LANCZOS)).astype(np.float64) * 255
        for picture in (photo, result)
    )
    mean, square = ndimage.uniform_filter(before, 5), ndimage.uniform_filter(before**2, 5)
    even = (before > 180) & (square - mean**2 < 9)
    slope = np.hypot(ndimage.sobel(before, 0), ndimage.sobel(before, 1))
    away = ndimage.distance_transform_edt(slope <= 60)
    near, far = even & (away >= 2) & (away <= 8), even & (away >= 16) & (away <= 32)
    found = []
    for top in range(0, before.shape[0], 96):
        for left in range(0, before.shape[1], 96):
            place = slice(top, top + 96), slice(left, left + 96)
            if near[place].sum() >= 30 and far[place].sum() >= 30:
                gained = (after - before)[place]
                found.append(gained[near[place]].mean() - gained[far[place]].mean())
    return np.array(found)


class Face(NamedTuple):
    """What became of a face."""

    detail: float
    """Correlation (-1..1) of the luma's gradients with the photo's."""
    spread: float
    """Degrees that the hues in it are spread (circular standard deviation)."""
    asked: float
    """The same of the light that was asked for there."""


def face(photo: Bytes, result: Bytes, box: tuple[float, ...], asked: Floats) -> Face:
    """Judge a face.

    Args:
        photo: (H, W, 3) sRGB.
        result: the same shape.
        box: left, top, right and bottom, as shares of width and height.
        asked: colours of the light, (2, k, k).
    """
    height, width = photo.shape[:2]
    left, top, right, bottom = box
    place = (slice(int(top * height), int(bottom * height)),
             slice(int(left * width), int(right * width)))  # fmt: skip
    rows, columns = (bilinear(side, asked.shape[1]) for side in (height, width))
    light = np.einsum("yi,cij,xj->yxc", rows, asked, columns)[place]
    return Face(
        detail(photo[place], result[place]),
        hue_spread(srgb_to_lab(at_size(result[place]))[..., 1:]),
        hue_spread(
            srgb_to_lab(_colour(np.moveaxis(light, -1, 0), np.full(light.shape[:2], 0.4)) * 255)[
                ..., 1:
            ]
        ),
    )


def hue_spread(chroma: Floats) -> float:
    """Circular standard deviation of hues, degrees, weighted by chroma.

    Args:
        chroma: Lab a and b, (..., 2).
    """
    vectors = chroma.reshape(-1, 2)
    length = np.linalg.norm(vectors, axis=1).sum()
    together = np.linalg.norm(vectors.sum(0)) / max(length, 1e-9)
    return float(np.degrees(np.sqrt(-2 * np.log(np.clip(together, 1e-9, 1)))))


def read_faces(path: Path) -> dict[str, tuple[float, ...]]:
    """Read the boxes of faces, made by hand: left, top, right, bottom by the file's name."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["file"]: tuple(float(row[side]) for side in ("left", "top", "right", "bottom"))
            for row in csv.DictReader(file)
        }


def at_size(
    picture: Bytes, side: int = SIDE, resample: Image.Resampling = Image.Resampling.BOX
) -> Bytes:
    """Scale a picture to ``side`` pixels on its long side."""
    image = Image.fromarray(picture)
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return np.asarray(image.resize(size, resample))
