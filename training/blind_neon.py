"""Blind sheets of the neon effect: folders of weights against each other, on the same photos."""

import glob
from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from tqdm import tqdm

from model_layer.effects import AUTO, Neon, Strength
from model_layer.engine import Engine
from model_layer.rigs import rigs
from model_layer.store.store import ModelStore
from training import blind, frame
from training.dataset import HOLDOUT, read_picture
from training.neon_evaluation import LONG_SIDE, judged

SHOWN_SIDE = 420  # pixels, long side of a picture on a sheet


def rows(
    engines: Mapping[str, Engine],
    photos: Iterable[Path],
    effects: Iterable[Neon],
    results: Iterable[Path] = (),
) -> Iterator[tuple[str, dict[str, Image.Image]]]:
    """Light each photo once, by all contenders alike; the effects take turns.

    Args:
        engines: by the contender's name; one whose network knows no lights leaves them out.
        photos: files.
        effects: at least one.
        results: folders of what other programs made of the photos, found by how names begin.

    Yields:
        A row's title and its pictures: the photo, and each contender's.

    Raises:
        ValueError: a folder of results has none of a photo.
    """
    for path, effect in zip(photos, cycle(effects)):
        photo = read_picture(path)
        photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        pictures = {"photo": photo}
        pictures |= {name: engine.apply(effect, photo) for name, engine in engines.items()}
        pictures |= {str(folder): _result(folder, path.stem) for folder in results}
        for picture in pictures.values():
            picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS)
        yield f"{path.stem[:30]}, {effect.light} {effect.strength}", pictures


def _result(folder: Path, stem: str) -> Image.Image:
    found = sorted(folder.glob(f"{glob.escape(stem)}*"))
    if not found:
        raise ValueError(f"{folder}: holds no result of {stem}")
    return read_picture(found[0])


def blind_neon(
    data: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that the list's paths begin in.")
    ],
    *,
    weights: Annotated[
        list[str], typer.Option(metavar="DIR", help="Folders of weights that are compared.")
    ],
    results: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="What another program, say a version before, made."),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="Folder for sheets and key.")
    ],
    holdout: frame.Holdout = HOLDOUT,
    lights: Annotated[
        list[str] | None,
        typer.Option(metavar="LIGHT", help="They take turns. By default auto and every rig."),
    ] = None,
    strengths: Annotated[
        list[Strength] | None, typer.Option(help="They take turns. By default the middle one.")
    ] = None,
    more: Annotated[
        list[Path] | None, typer.Option(metavar="PHOTO", help="Photos that are judged too.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the orders.")] = 0,
) -> None:
    """Draw sheets of lit photos in which nobody can tell whose light is which."""
    others = results or []
    if len(set(weights)) + len(set(others)) < 2:
        raise ValueError("a comparison wants two different folders")
    engines = {name: Engine(ModelStore.open(name)) for name in weights}
    chosen = [
        Neon(strength, light)
        for light in lights or [AUTO, *rigs()]
        for strength in strengths or [Strength.NEON]
    ]
    photos = [*judged(data, holdout), *(more or [])]
    lit = tqdm(rows(engines, photos, chosen, others), "photos", len(photos), disable=None)
    print(blind.draw(lit, output, seed=seed, shown=["photo"]))  # noqa: T201
