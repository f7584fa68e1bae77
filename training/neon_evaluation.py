"""Judge the neon effect as it is shipped, on photos that no training saw.

    python -m training evaluate-neon DATA/ --val NEON_HELD_OUT/

Prints a table: a row for each light and strength. The eye decides; ``--sheet`` shows it all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from model_layer.cli import outputs
from model_layer.cli.options import WEIGHTS, Weights
from model_layer.effects import AUTO, Neon, Strength
from model_layer.engine import Engine
from model_layer.neon.effect import asked, working_picture
from model_layer.rigs import rigs
from model_layer.store.store import ModelStore
from training import figures, frame, neon_figures
from training.dataset import HOLDOUT, find_pictures, held_out, luminance, read_picture
from training.markdown import table

FACES = Path(__file__).with_name("faces.csv")
LONG_SIDE = 1280  # pixels; larger photos are shrunk to it, as by a messenger
SHEET_WIDTH = 240  # pixels, of a picture on a sheet
LABEL = 20  # pixels, height of the line of labels


@dataclass
class Row:
    """What all photos became in one light at one strength."""

    hue_errors: list[float] = field(default_factory=list)
    filters: list[float] = field(default_factory=list)
    details: list[float] = field(default_factory=list)
    edges: list[neon_figures.Kept] = field(default_factory=list)
    faces: list[neon_figures.Face] = field(default_factory=list)
    colourfulness: list[float] = field(default_factory=list)
    palettes: list[figures.FloatArray] = field(default_factory=list)
    varied: list[bool] = field(default_factory=list)
    halos: list[neon_figures.Floats] = field(default_factory=list)
    lumas: list[float] = field(default_factory=list)
    weaker: list[float] = field(default_factory=list)
    """Mean ΔE to the next weaker strength; of the weakest, to the photo."""

    def cells(self, real: figures.FloatArray) -> list[str]:
        """The figures as text, in the order of :data:`COLUMNS`."""
        edges, kept = (sum(column) for column in zip(*self.edges))
        halo = np.concatenate(self.halos)
        worst = f"{min(face.detail for face in self.faces):.3f}" if self.faces else "–"
        spread = (
            f"{np.mean([face.spread for face in self.faces]):.0f}/"
            f"{np.mean([face.asked for face in self.faces]):.0f}"
            if self.faces
            else "–"
        )
        return [
            f"{_mean(self.hue_errors):.1f}",
            f"{np.mean(self.filters):.2f}",
            f"{np.mean(self.details):.3f}",
            f"{min(self.details):.3f}",
            f"{kept / max(1, edges):.0%}",
            worst,
            spread,
            f"{np.mean(self.colourfulness):.0f}",
            f"{figures.palette_distance(np.concatenate(self.palettes), real):.1f}",
            f"{np.mean(self.varied):.0%}",
            f"{halo.mean():.1f}/{np.percentile(halo, 95):.1f}" if len(halo) else "–",
            f"{np.mean(self.lumas):.1f}",
            f"{np.mean(self.weaker):.1f}",
        ]


COLUMNS = ("hue off, °", "filter", "detail", "worst", "colour edges", "faces' worst detail",
           "faces' hues/asked, °", "colourful", "palette", "varied", "halo mean/p95", "luma",
           "ΔE to weaker")  # fmt: skip


def judged(data: Path, holdout: Path) -> list[Path]:
    """List the photos that no training may see.

    Raises:
        ValueError: one is missing.
    """
    paths = [data / name for name in held_out(holdout)]
    for path in paths:
        if not path.is_file():
            raise ValueError(f"{path}: named by {holdout}, but not there")
    return paths


def evaluate(
    engine: Engine, photos: list[Path], chosen: list[Neon], sheet: list[list[Image.Image]]
) -> dict[Neon, Row]:
    """Judge effects on photos; each photo and its results are added to ``sheet`` as a row."""
    rows = {effect: Row() for effect in chosen}
    boxes = neon_figures.read_faces(FACES)
    for path in tqdm(photos, desc="photos", disable=None):
        image = read_picture(path)
        image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        photo = np.asarray(image)
        results = {effect: np.asarray(engine.apply(effect, image)) for effect in chosen}
        for effect, result in results.items():
            box = boxes.get(path.name)
            weaker = results.get(Neon(_weaker(effect.strength), effect.light), photo)
            if effect.strength is Strength.SOFT:
                weaker = photo
            asked = asked_light(engine, effect, image)
            judge(rows[effect], photo, result, weaker, asked=asked, box=box)
        sheet.append([_small(Image.fromarray(p)) for p in (photo, *results.values())])
    return rows


def judge(
    row: Row,
    photo: neon_figures.Bytes,
    result: neon_figures.Bytes,
    weaker: neon_figures.Bytes,
    *,
    asked: neon_figures.Floats | None = None,
    box: tuple[float, ...] | None = None,
) -> None:
    """Add a result's figures to a row.

    Args:
        row: of its light and strength.
        photo: (H, W, 3) sRGB.
        result: the same shape.
        weaker: the result at the next weaker strength.
        asked: colours of the light that was asked for, (2, k, k), if any.
        box: of a face, if there is one.
    """
    row.filters.append(neon_figures.filter_share(result))
    row.details.append(figures.detail(photo, result))
    row.edges.append(neon_figures.colour_edges(photo, result))
    row.colourfulness.append(figures.colourfulness(result))
    row.palettes.append(figures.palette([result]))
    row.varied.append(figures.has_varied_hues(result))
    row.halos.append(neon_figures.halos(photo, result))
    row.lumas.append(float(luminance(result).mean()) * 255)
    row.weaker.append(figures.difference(weaker, result))
    if asked is not None:
        row.hue_errors.append(neon_figures.hue_error(asked, result))
        if box:
            row.faces.append(neon_figures.face(photo, result, box, asked))


def asked_light(engine: Engine, effect: Neon, image: Image.Image) -> neon_figures.Floats | None:
    """The colours of light that an effect asks for, (2, k, k); None of networks without lights."""
    told = asked(engine.store.load(effect), working_picture(image), effect)
    if told is None:
        return None
    found: neon_figures.Floats = (told[0, :2] * told[0, 4:5]).double().numpy()
    return found


def _mean(values: list[float]) -> float:
    """Mean of those that are numbers; not a number where there are none."""
    numbers = [value for value in values if not np.isnan(value)]
    return float(np.mean(numbers)) if numbers else float("nan")


def _weaker(strength: Strength) -> Strength:
    every = list(Strength)
    return every[max(0, every.index(strength) - 1)]


def _small(image: Image.Image) -> Image.Image:
    height = max(1, round(SHEET_WIDTH * image.height / image.width))
    return image.resize((SHEET_WIDTH, height), Image.Resampling.LANCZOS)


def drawn(labels: list[str], rows: list[list[Image.Image]]) -> Image.Image:
    """Draw a sheet: a row a photo, under a line of labels."""
    height = LABEL + sum(row[0].height for row in rows)
    sheet = Image.new("RGB", (SHEET_WIDTH * len(labels), height))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for place, label in enumerate(labels):
        pen.text((place * SHEET_WIDTH + 4, 2), label, fill="white", font=font)
    top = LABEL
    for row in rows:
        for place, image in enumerate(row):
            sheet.paste(image, (place * SHEET_WIDTH, top))
        top += row[0].height
    return sheet


def effects(names: list[str]) -> Iterator[Neon]:
    """Every light at its middle strength; ``auto`` and the first rig at all of them."""
    for name in names:
        all_of_it = name in (AUTO, next(iter(rigs())))
        yield from (Neon(s, name) for s in Strength if all_of_it or s is Strength.NEON)


def evaluate_neon(
    data: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that the list's paths begin in.")
    ],
    *,
    val: Annotated[
        list[Path],
        typer.Option("--val", "--judge", metavar="DIR",
                     help="Neon pictures held out: the palette to be reached."),
    ],
    holdout: frame.Holdout = HOLDOUT,
    lights: Annotated[
        list[str] | None, typer.Option(metavar="LIGHT", help="By default every rig and auto.")
    ] = None,
    more: Annotated[
        list[Path] | None, typer.Option(metavar="PHOTO", help="Photos that are judged too.")
    ] = None,
    step: Annotated[int, typer.Option(min=1, help="Judge every so many photos.")] = 1,
    sheet: Annotated[
        Path | None,
        typer.Option(parser=outputs.picture, metavar="FILE", help="Save all results."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Of the processor.")] = 2,
    weights: Weights = WEIGHTS,
) -> None:  # fmt: skip
    """Measure the neon effect as it is shipped."""
    torch.set_num_threads(threads)
    chosen = list(effects(lights or [AUTO, *rigs()]))
    photos = [*judged(data, holdout)[::step], *(more or [])]
    rows: list[list[Image.Image]] = []
    real = figures.palette([np.asarray(read_picture(path)) for path in find_pictures(val)])
    found = evaluate(Engine(ModelStore.open(weights)), photos, chosen, rows)
    labels = [f"{effect.light} {effect.strength}" for effect in chosen]
    cells = [[label, *row.cells(real)] for label, row in zip(labels, found.values())]
    print(table(["light", *COLUMNS], cells))  # noqa: T201
    if sheet:
        outputs.save(drawn(["photo", *labels], rows), sheet)
