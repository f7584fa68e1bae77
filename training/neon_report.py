"""What :mod:`training.evaluate_neon` finds: Markdown, CSV and a sheet."""

import csv
import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageFont

from model_layer.effects import Strength
from training.evaluate_neon import SHEET_WIDTH, Evaluation, PictureFigures
from training.markdown import table

LABEL = 28  # pixels, height of the line of labels
_LAST_UPRIGHT = 4  # of the orientations in EXIF; pictures of the others lie on their side


def markdown(found: Evaluation) -> str:
    """Lay the figures out as tables that read well in a terminal and in a model card."""
    columns = found.strengths.values()
    rows = [
        ["colourfulness, mean", *[f"{c.colourfulness:.1f}" for c in columns]],
        ["palette distance", *[f"{c.palette:.1f}" for c in columns]],
        ["detail, mean", *[f"{c.detail:.3f}" for c in columns]],
        ["detail, worst photo", *[f"{c.least_detail:.3f}" for c in columns]],
        ["hue variety", *[f"{c.hue_variety:.0%}" for c in columns]],
        ["ΔE to the next weaker", *[f"{c.difference:.1f}" for c in columns]],
    ]
    text = table(["figure", *map(str, found.strengths)], rows)
    if found.stages:
        seconds = {**found.stages, "sum": sum(found.stages.values())}
        stages = [[name, f"{taken * 1e3:.1f}"] for name, taken in seconds.items()]
        text += "\n\n" + table(["stage, median", "ms"], stages)
    return text


def write_csv(found: Evaluation, path: Path) -> None:
    """Write a line for each photo and strength, those with the least detail first."""
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow([column.name for column in dataclasses.fields(PictureFigures)])
        for picture in sorted(found.pictures, key=lambda picture: picture.detail):
            cells = dataclasses.astuple(picture)
            lines.writerow([f"{c:.4f}" if isinstance(c, float) else c for c in cells])


def sheet_size(photos: Iterable[Path]) -> tuple[int, int]:
    """Width and height of the sheet of some photos, pixels, before it is drawn.

    A pixel or two may be missing, and all of a photo that is broken.
    """
    height = LABEL
    for path in photos:
        try:
            with Image.open(path) as image:
                across, down = image.size
                if image.getexif().get(ExifTags.Base.Orientation, 1) > _LAST_UPRIGHT:
                    across, down = down, across
        except (OSError, ValueError, Image.DecompressionBombError):
            continue
        height += max(1, round(SHEET_WIDTH * down / across))
    return (1 + len(Strength)) * SHEET_WIDTH, height


def sheet(found: Evaluation) -> Image.Image:
    """Draw a row for each photo: the photo, then each strength, under a line of labels."""
    labels = Image.new("RGB", (found.rows[0].shape[1], LABEL))
    draw = ImageDraw.Draw(labels)
    font = ImageFont.load_default(size=18)
    for place, label in enumerate(["photo", *Strength]):
        draw.text((place * SHEET_WIDTH + 8, 3), label, fill="white", font=font)
    return Image.fromarray(np.concatenate([np.asarray(labels), *found.rows]))
