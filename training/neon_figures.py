"""Figures of light: whether a picture is lit as asked, and whether things or a filter are lit."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.figures import srgb_to_lab

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

SIDE = 256  # pixels, long side at which all is measured
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


def at_size(picture: Bytes, side: int = SIDE) -> Bytes:
    """Scale a picture to ``side`` pixels on its long side."""
    image = Image.fromarray(picture)
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return np.asarray(image.resize(size, Image.Resampling.BOX))
