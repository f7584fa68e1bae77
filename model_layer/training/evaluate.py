"""Figures and sheets for weights as they are shipped, through the effects as they are run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from model_layer import upscale
from model_layer.effects import Neon, Strength, Upscale
from model_layer.engine import Engine
from model_layer.images import decode
from model_layer.training import figures
from model_layer.training.dataset import ByteArray, find_pictures
from model_layer.training.psnr import crop_to_multiple, psnr, shrink

MAX_PIXELS = 200_000_000
SHEET_SIDE = 400  # pixels, width of a picture on a sheet


@dataclass
class NeonFigures:
    """What :func:`evaluate_neon` finds; means over the photos."""

    colourfulness: float
    palette: float
    """Distance to held-out neon pictures, units of Lab."""
    detail: float
    hue_variety: float
    """Share of the photos, 0 to 1."""
    sheet: Image.Image = field(repr=False)
    """A row a photo: the photo, then each strength."""


def evaluate_neon(
    engine: Engine, photos: Iterable[Path], held_out: Iterable[Path], long_side: int = 1280
) -> NeonFigures:
    """Judge the neon effect (at its usual strength) on ordinary photos.

    Args:
        engine: with the weights to judge.
        photos: folders of ordinary photos.
        held_out: folders of neon pictures that the network was not trained on.
        long_side: larger photos are shrunk to this many pixels, as a messenger does.

    Raises:
        EmptyFolderError: a folder holds no picture.
    """
    inputs, results, rows = [], [], []
    for path in tqdm(find_pictures(photos), desc="neon", unit="photo"):
        photo = _read(path, long_side)
        made = {s: engine.apply(Neon(s), photo) for s in Strength}
        inputs.append(np.asarray(photo))
        results.append(np.asarray(made[Strength.NEON]))
        rows.append(_row([photo, *made.values()]))
    real = [np.asarray(_read(path, long_side)) for path in find_pictures(held_out)]
    pairs = zip(inputs, results)
    return NeonFigures(
        colourfulness=float(np.mean([figures.colourfulness(r) for r in results])),
        palette=figures.palette_distance(figures.palette(results), figures.palette(real)),
        detail=float(np.mean([figures.detail(photo, result) for photo, result in pairs])),
        hue_variety=float(np.mean([figures.has_varied_hues(r) for r in results])),
        sheet=_stack(rows),
    )


def evaluate_upscaler(
    engine: Engine, effect: Upscale, folders: Iterable[Path]
) -> list[tuple[str, float, float]]:
    """Judge an upscaler on high-resolution pictures; border shave = scale.

    Returns:
        Name, PSNR of bicubic enlargement, PSNR of the network (dB on Y), for each picture.

    Raises:
        EmptyFolderError: no picture.
    """
    network = engine.store.load(effect)
    rows = []
    for path in tqdm(find_pictures(folders), desc=effect.code, unit="picture"):
        high = crop_to_multiple(np.asarray(_read(path)), effect.scale)
        low = Image.fromarray(shrink(high, effect.scale))
        bicubic = low.resize((high.shape[1], high.shape[0]), Image.Resampling.BICUBIC)
        found = upscale.apply(network, low)
        rows.append(
            (
                path.name,
                psnr(np.asarray(bicubic), high, effect.scale),
                psnr(np.asarray(found), high, effect.scale),
            )
        )
    return rows


def _read(path: Path, long_side: int | None = None) -> Image.Image:
    image = decode(path.read_bytes(), MAX_PIXELS).image.convert("RGB")
    if long_side:
        image.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return image


def _row(images: list[Image.Image]) -> ByteArray:
    height = round(SHEET_SIDE * images[0].height / images[0].width)
    resized = [image.resize((SHEET_SIDE, height), Image.Resampling.LANCZOS) for image in images]
    return np.concatenate([np.asarray(image) for image in resized], axis=1)


def _stack(rows: list[ByteArray]) -> Image.Image:
    return Image.fromarray(np.concatenate(rows))
