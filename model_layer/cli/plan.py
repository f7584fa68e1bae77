"""The command ``plan``: what effects will cost here, and whether that comes true."""

import math
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_layer.cli.device import Device, engine_on
from model_layer.cli.options import WEIGHTS, Weights
from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.effects import SCALES, Effect, Neon, Upscale
from model_layer.images import ImageError, decode, encode
from model_layer.planning.memory import PeakMemory
from model_layer.planning.planner import Plan
from model_layer.store.store import ModelStore

if TYPE_CHECKING:
    from PIL import Image

    from model_layer.engine import Engine

_HEAD = ("effect", "model", "operations/s", "seconds", "memory")
_CHECKED = ("took", "off by", "needed", "off by")


def plan(
    picture: Annotated[str, typer.Argument(metavar="PHOTO|WIDTHxHEIGHT")],
    scale: Annotated[
        list[int] | None,
        typer.Option(min=2, max=4, help="May be repeated; by default all, and neon."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Do it, and compare.")] = False,
    device: Device = None,
    weights: Weights = WEIGHTS,
) -> None:
    """Predict seconds and memory."""
    if found := re.fullmatch(r"([1-9]\d{0,5})[x×]([1-9]\d{0,5})", picture):
        image, size = None, (int(found[1]), int(found[2]))
    else:
        image = _open(Path(picture))
        size = image.size
    store = ModelStore.open(weights)
    effects = _effects(scale, store)
    engine = engine_on(store, device)
    if check and image is None:
        if math.prod(size) > MAX_PIXELS:
            raise ValueError(f"{size[0]}×{size[1]}: too large to try, {MAX_PIXELS / 1e6:.0f} Mpx")
        from model_layer.planning.speed_estimator import synthetic_photo  # noqa: PLC0415  # imports torch

        image = synthetic_photo(*size)
    print(f"{size[0]}×{size[1]} pixels on {engine.device}; seconds include encoding the result")
    _print_row(_HEAD + (_CHECKED if check else ()))
    for effect in effects:
        for planned in engine.plans(effect, size):
            checked = _check(engine, planned, image) if check and planned.possible and image else ()
            _print_row((*_row(engine, planned), *checked))


def _row(engine: "Engine", planned: Plan) -> tuple[str, ...]:
    speed = engine.speed(planned.effect, planned.model)
    if not planned.possible:
        return planned.effect.code, planned.model.name, "–", "too large", "–"
    return (
        planned.effect.code,
        planned.model.name,
        f"{speed.operations_per_second / 1e9:.1f} G",
        f"{planned.seconds:.2f}",
        f"{planned.memory_bytes / 1e6:.0f} MB",
    )


def _check(engine: "Engine", planned: Plan, image: "Image.Image") -> tuple[str, ...]:
    """Do what was planned; say what it took, and by how much the plan was too high."""
    peak = PeakMemory()
    began = time.perf_counter()
    result = engine.apply(planned.effect, image, model=planned.model)
    needed = peak.bytes()
    encode(result, "PNG" if planned.effect.lossless else "JPEG")
    seconds = time.perf_counter() - began
    memory = ("?", "?") if needed is None else (f"{needed / 1e6:.0f} MB", "")
    if needed:
        memory = (memory[0], f"{planned.memory_bytes / needed - 1:+.0%}")
    return f"{seconds:.2f}", f"{planned.seconds / seconds - 1:+.0%}", *memory


def _effects(scales: list[int] | None, store: ModelStore) -> list[Effect]:
    """Return what is asked about; by default all there are models for."""
    if scales:
        asked: list[Effect] = [Upscale(scale) for scale in scales]
        for effect in asked:
            store.model(effect)  # reported before seconds of importing torch
        return asked
    every: tuple[Effect, ...] = (Neon(), *(Upscale(scale) for scale in SCALES))
    return [effect for effect in every if store.models(effect)]


def _print_row(cells: tuple[str, ...]) -> None:
    widths = (11, 20, 13, 9, 9, 9, 8, 9, 8)
    print("".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip(), flush=True)


def _open(path: Path) -> "Image.Image":
    try:
        return decode(path.read_bytes(), MAX_PIXELS).image
    except ImageError as error:
        raise ValueError(f"{path}: {error}") from error
