"""What :mod:`model_layer.training.evaluate` finds: Markdown, CSV and a sheet."""

import csv
import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model_layer.effects import Strength
from model_layer.training.evaluate import SHEET_WIDTH, Evaluation, PictureFigures

LABEL = 28  # pixels, height of the line of labels


def markdown(found: Evaluation) -> str:
    """Lay the figures out as tables that read well in a terminal and in a model card."""
    columns = found.strengths.values()
    rows = [
        ["figure", *map(str, found.strengths)],
        ["---", *["---:"] * len(found.strengths)],
        ["colourfulness, mean", *[f"{c.colourfulness:.1f}" for c in columns]],
        ["palette distance", *[f"{c.palette:.1f}" for c in columns]],
        ["detail, mean", *[f"{c.detail:.3f}" for c in columns]],
        ["detail, worst photo", *[f"{c.least_detail:.3f}" for c in columns]],
        ["hue variety", *[f"{c.hue_variety:.0%}" for c in columns]],
        ["ΔE to the next weaker", *[f"{c.difference:.1f}" for c in columns]],
    ]
    text = _table(rows)
    if found.stages:
        total = sum(found.stages.values())
        stages = [["stage, median", "ms"], ["---", "---:"]]
        stages += [[name, f"{seconds * 1e3:.1f}"] for name, seconds in found.stages.items()]
        text += "\n\n" + _table([*stages, ["sum", f"{total * 1e3:.1f}"]])
    return text


def write_csv(found: Evaluation, path: Path) -> None:
    """Write a line for each photo and strength, those with the least detail first."""
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow([column.name for column in dataclasses.fields(PictureFigures)])
        for picture in sorted(found.pictures, key=lambda picture: picture.detail):
            cells = dataclasses.astuple(picture)
            lines.writerow([f"{c:.4f}" if isinstance(c, float) else c for c in cells])


def sheet(found: Evaluation) -> Image.Image:
    """Draw a row for each photo: the photo, then each strength, under a line of labels."""
    labels = Image.new("RGB", (found.rows[0].shape[1], LABEL))
    draw = ImageDraw.Draw(labels)
    font = ImageFont.load_default(size=18)
    for place, label in enumerate(["photo", *Strength]):
        draw.text((place * SHEET_WIDTH + 8, 3), label, fill="white", font=font)
    return Image.fromarray(np.concatenate([np.asarray(labels), *found.rows]))


def _table(rows: list[list[str]]) -> str:
    """Lay out a Markdown table; the second row says how columns are aligned."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for row in rows:
        first, *others = zip(row, widths)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
