"""The commands ``neon`` and ``upscale``. torch is imported when they run."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import typer
from PIL import Image

from model_layer.cli import batch, console
from model_layer.cli.batch import FORMATS, STDIO, Batch, OutputName
from model_layer.cli.device import Device, engine_on
from model_layer.cli.options import WEIGHTS, Weights, with_settings
from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.effects import AUTO, Effect, Lights, Look, Neon, Strength, Upscale
from model_layer.images import LOSSY, MAX_SIDES, Decoded, decode, encode
from model_layer.metadata import Metadata
from model_layer.rigs import rigs
from model_layer.store.atomic import atomic_write
from model_layer.store.store import ModelStore

Photos = Annotated[
    list[Path],
    typer.Argument(metavar="PHOTO", help="Files, folders, or - for standard input."),
]


@dataclass(frozen=True)
class Results:
    """Where results go, and what they are like."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT",
            help="File (for one photo), folder, or - for standard output; by default beside "
                 "the photo, as photo-neon.jpg or photo-x2.png.",
        ),
    ] = None  # fmt: skip
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Also take the photos in inner folders.")
    ] = False
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace results that are there already.")
    ] = False
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Leave results that are there already.")
    ] = False
    format: Annotated[
        OutputName | None,
        typer.Option(help="Of the results; by default JPEG or PNG."),
    ] = None
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of JPEG and WebP.")] = 95
    strip: Annotated[
        bool, typer.Option("--strip", help="Leave out date, camera, author, place and resolution.")
    ] = False
    strip_gps: Annotated[
        bool, typer.Option("--strip-gps", help="Leave out the place where a photo was taken.")
    ] = False
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Prefer a model of the manifest; may be repeated."),
    ] = None
    device: Device = None
    weights: Weights = WEIGHTS

    def kept(self, metadata: Metadata) -> Metadata:
        """What a result says beside its pixels."""
        if self.strip:
            return Metadata()
        return replace(metadata, place={}) if self.strip_gps else metadata


@with_settings
def neon(
    photos: Photos,
    results: Results,
    strength: Annotated[
        Strength, typer.Option(help="How much coloured light there is.")
    ] = Strength.NEON,
    light: Annotated[
        str,
        typer.Option(
            help=f"auto (what suits the photo), auto+1 and so on (the next best), "
            f"{', '.join(rigs())}, or the code of a picture's light."
        ),
    ] = AUTO,
    light_from: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="Light the photos as this picture is lit."),
    ] = None,
) -> int:
    """Light photos as in a cyberpunk night."""
    if light_from and light != AUTO:
        raise ValueError("--light and --light-from exclude each other")
    return _apply(Neon(strength, _light_of(light_from) if light_from else light), photos, results)


@with_settings
def lights(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The sheet, .jpg or .png.")
    ],
    strength: Annotated[
        Strength, typer.Option(help="How much coloured light there is.")
    ] = Strength.NEON,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a sheet that is there already.")
    ] = False,
    device: Device = None,
    weights: Weights = WEIGHTS,
) -> int:
    """Show a photo in every light, on one sheet."""
    if output.exists() and not overwrite:
        raise ValueError(f"{output} is there already; --overwrite replaces it")
    engine = engine_on(ModelStore.open(weights), device)
    sheet = engine.apply(Lights(strength), decode(_read(photo), MAX_PIXELS).image)
    name: Literal["PNG", "JPEG"] = "PNG" if output.suffix.lower() == ".png" else "JPEG"
    _write(output, encode(sheet, name, 92))
    return 0


def _light_of(picture: Path) -> str:
    from model_layer.neon.lights import code_of  # noqa: PLC0415

    return code_of(decode(_read(picture), MAX_PIXELS).image)


@with_settings
def upscale(
    photos: Photos,
    results: Results,
    scale: Annotated[
        int, typer.Option("--scale", "-s", min=2, max=4, help="How many times as wide and high.")
    ] = 2,
    look: Annotated[
        Look, typer.Option(help="Faithful to every pixel, or crisp, for photos out of a messenger.")
    ] = Look.FAITHFUL,
) -> int:
    """Enlarge photos two to four times, and keep them sharp."""
    return _apply(Upscale(scale, look), photos, results)


def _apply(
    effect: Effect,
    photos: Sequence[Path],
    results: Results,
) -> int:
    """Apply an effect to each photo; one that fails does not stop the others."""
    todo = batch.pair(
        photos, results.output, effect, results.format,
        recursive=results.recursive, overwrite=results.overwrite,
        skip_existing=results.skip_existing,
    )  # fmt: skip
    if any(work.target == STDIO for work in todo.work) and sys.stdout.isatty():
        raise ValueError("a terminal shows no pictures; name a file by -o, or a pipe")
    store = ModelStore.open(results.weights, preferred=results.model or ())
    # Asked for here: an unknown model is reported before seconds of importing torch.
    model = store.model(effect)
    failed = 0

    def failure(photo: Path, why: str) -> None:
        nonlocal failed
        failed += 1
        print(f"error: {_name(photo)}: {why}", file=sys.stderr)

    for path in todo.unsupported:
        failure(path, "not in a format that can be read")
    with console.progress() as bars:
        bar = bars.add_task("starting", total=len(todo.work))
        engine = engine_on(store, results.device)
        for number, work in enumerate(todo.work):

            def advance(share: float, number: int = number) -> None:
                bars.update(bar, completed=number + share)

            bars.update(bar, description=_name(work.source)[:40], completed=number)
            try:
                decoded = decode(_read(work.source), MAX_PIXELS)
                image = engine.apply(effect, decoded.image, advance, model)
                _write(work.target, _encode(effect, image, decoded, work.target, results))
            except (ValueError, OSError) as error:
                failure(work.source, console.reason(error))
            except (MemoryError, RuntimeError) as error:
                if "memory" not in str(error) and not isinstance(error, MemoryError):
                    raise
                failure(work.source, "too large for the memory there is")
    _sum_up(todo, failed)
    return 1 if failed else 0


def _encode(
    effect: Effect, image: Image.Image, decoded: Decoded, target: Path, results: Results
) -> bytes:
    """Encode a result in the format that is asked for, or by its target's name."""
    lossy = decoded.format in LOSSY and not effect.lossless
    by_name = FORMATS.get(target.suffix[1:].lower(), "JPEG" if lossy else "PNG")
    format_ = FORMATS[results.format] if results.format else by_name
    limit = MAX_SIDES.get(format_)
    if limit and max(image.size) > limit:
        raise ValueError(
            f"{image.width}×{image.height} pixels: no side of a {format_} is longer than {limit}"
        )
    if format_ == "JPEG" and image.mode.endswith("A"):
        note = f"{_name(target)}: JPEG has no transparency; transparent parts become black"
        print(note, file=sys.stderr)
    return encode(image, format_, results.quality, results.kept(decoded.metadata))


def _read(source: Path) -> bytes:
    return sys.stdin.buffer.read() if source == STDIO else source.read_bytes()


def _write(target: Path, data: bytes) -> None:
    if target == STDIO:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as file:
        file.write(data)
    print(target)


def _name(path: Path) -> str:
    return "standard input" if path == STDIO else str(path)


def _sum_up(todo: Batch, failed: int) -> None:
    """Count what was done and what was not, unless all there was to do is said already."""
    counts = {
        "written": len(todo.work) + len(todo.unsupported) - failed,
        "there already": len(todo.there),
        "of earlier runs left out": len(set(todo.results) - set(todo.there)),
        "failed": failed,
    }
    if sum(counts.values()) > 1 or not counts["written"]:
        print(", ".join(f"{n} {what}" for what, n in counts.items() if n), file=sys.stderr)
