"""Figures for the neon weights as they are shipped, through the effect as it is run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from model_layer.effects import Neon, Strength
from model_layer.engine import Engine
from model_layer.images import encode
from model_layer.store.manifest import Model
from training import figures
from training.dataset import ByteArray, find_pictures, read_picture
from training.neon_stages import MESSENGER_QUALITY, STAGES, Split, timed

SHEET_WIDTH = 400  # pixels, of a picture on a sheet


@dataclass(frozen=True)
class PictureFigures:
    """What one photo became at one strength."""

    photo: str
    """Name of its file."""
    strength: Strength
    colourfulness: float
    palette: float
    """Distance of this picture alone to the held-out neon pictures, units of Lab."""
    detail: float
    varied_hues: bool
    difference: float
    """Mean ΔE to the next weaker strength; of the weakest, to the photo."""


@dataclass(frozen=True)
class StrengthFigures:
    """What all photos became at one strength: means over the photos."""

    colourfulness: float
    palette: float
    """Distance of all results together to the held-out neon pictures, units of Lab."""
    detail: float
    least_detail: float
    """Of the worst photo."""
    hue_variety: float
    """Share of the photos, 0 to 1."""
    difference: float
    """Mean ΔE to the next weaker strength; of the weakest, to the photo."""


@dataclass
class Evaluation:
    """What :func:`evaluate_neon` finds."""

    strengths: dict[Strength, StrengthFigures] = field(default_factory=dict)
    pictures: list[PictureFigures] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each stage at the usual strength, medians over the photos, on the CPU."""
    rows: list[ByteArray] = field(default_factory=list, repr=False)
    """For a sheet, a row a photo: the photo, then each strength."""


def evaluate_neon(
    engine: Engine,
    photos: Iterable[Path],
    held_out: Iterable[Path],
    long_side: int = 1280,
    model: Model | None = None,
) -> Evaluation:
    """Judge the neon effect, at each strength, on ordinary photos.

    Args:
        engine: with the weights to judge.
        photos: folders of ordinary photos.
        held_out: folders of neon pictures that the network was not trained on.
        long_side: larger photos are shrunk to this many pixels, as a messenger does.
        model: to judge; by default the first for neon in the manifest.

    Raises:
        EmptyFolderError: a folder holds no picture.
        ValueError: a picture is broken; names the file.
    """
    paths = find_pictures(photos)
    real = figures.palette([np.asarray(_read(p, long_side)) for p in find_pictures(held_out)])
    found = Evaluation()
    palettes: dict[Strength, list[figures.FloatArray]] = {strength: [] for strength in Strength}
    splits: list[Split] = []
    for path in tqdm(paths, desc="neon", unit="photo"):
        photo = _read(path, long_side)
        weaker = start = np.asarray(photo)
        row = [photo]
        for strength in Strength:
            result = engine.apply(Neon(strength=strength), photo, model=model)
            picture = np.asarray(result)
            colours = figures.palette([picture])
            palettes[strength].append(colours)
            found.pictures.append(
                PictureFigures(
                    path.name,
                    strength,
                    figures.colourfulness(picture),
                    figures.palette_distance(colours, real),
                    figures.detail(start, picture),
                    figures.has_varied_hues(picture),
                    figures.difference(weaker, picture),
                )
            )
            row.append(result)
            weaker = picture
        found.rows.append(_row(row))
        if engine.device.type == "cpu":
            network = engine.store.load(Neon(), model)
            splits.append(timed(network, encode(photo, "JPEG", MESSENGER_QUALITY), Neon())[1])
    for strength, parts in palettes.items():
        distance = figures.palette_distance(np.concatenate(parts), real)
        found.strengths[strength] = _summary(found.pictures, strength, distance)
    if splits:
        found.stages = {n: float(np.median([s.stages[n] for s in splits])) for n in STAGES}
    return found


def _summary(pictures: list[PictureFigures], strength: Strength, palette: float) -> StrengthFigures:
    these = [picture for picture in pictures if picture.strength is strength]
    return StrengthFigures(
        colourfulness=float(np.mean([p.colourfulness for p in these])),
        palette=palette,
        detail=float(np.mean([p.detail for p in these])),
        least_detail=min(p.detail for p in these),
        hue_variety=float(np.mean([p.varied_hues for p in these])),
        difference=float(np.mean([p.difference for p in these])),
    )


def _read(path: Path, long_side: int) -> Image.Image:
    image = read_picture(path)
    image.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return image


def _row(images: list[Image.Image]) -> ByteArray:
    height = max(1, round(SHEET_WIDTH * images[0].height / images[0].width))
    resized = [image.resize((SHEET_WIDTH, height), Image.Resampling.LANCZOS) for image in images]
    return np.concatenate([np.asarray(image) for image in resized], axis=1)
