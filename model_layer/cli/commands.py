"""What the commands of the command line do. torch is imported by those that need it."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from model_layer.cli.own_pictures import MAX_PIXELS, PICTURE_SUFFIXES
from model_layer.effects import Effect, Neon, Strength, Upscale
from model_layer.images import Decoded, ImageError, decode, encode
from model_layer.store.bucket import Bucket
from model_layer.store.manifest import Inputs
from model_layer.store.publish import plan, send
from model_layer.store.store import ModelStore

if TYPE_CHECKING:
    from model_layer.engine import Engine

RESULT_SUFFIXES = PICTURE_SUFFIXES - {".webp"}


def neon(options: argparse.Namespace) -> int:
    """``neon PHOTO… -o OUT``."""
    return _apply(Neon(strength=Strength(options.strength)), options)


def upscale(options: argparse.Namespace) -> int:
    """``upscale PHOTO… --scale N [--inputs KIND] -o OUT``."""
    return _apply(Upscale(options.scale), options, options.inputs)


def models(options: argparse.Namespace) -> int:
    """``models``: a table of the manifest."""
    store = ModelStore.open(options.weights)
    rows = [
        ("model", "effect", "architecture", "weights", "file", "in memory", "operations", "there")
    ]
    for model in store.manifest.models:
        effect = model.effect if model.effect == "neon" else f"upscale ×{model.scale}"
        effect += ", compressed" if model.inputs == "compressed" else ""
        parameters = ", ".join(f"{k} {v}" for k, v in model.parameters.items() if k != "scale")
        rows.append(
            (
                model.name,
                effect,
                f"{model.architecture} ({parameters})",
                f"{model.weights / 1e6:.2f} M",
                f"{model.bytes / 1e6:.1f} MB",
                f"{model.weights * 4 / 1e6:.1f} MB",
                f"{model.operations_per_pixel / 1e3:.0f} GFLOP/Mpx",
                "yes" if store.source.has(model.file) else "MISSING",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    return 0


def publish(options: argparse.Namespace) -> int:
    """``publish s3://BUCKET/PREFIX``."""
    folder = folder_of_weights(options)
    bucket = Bucket(options.target)
    publication = plan(folder, bucket)
    size = sum(len(upload.data) for upload in publication.uploads)
    with tqdm(total=size, disable=None, unit="B", unit_scale=True, desc=str(bucket)) as bar:
        send(publication, bucket, bar.update)
    for upload in publication.uploads:
        print(f"{upload.name}: {tqdm.format_sizeof(len(upload.data), 'B')}")
    sent, unchanged = len(publication.uploads), len(publication.unchanged)
    print(f"{bucket}: {sent} files published, {unchanged} unchanged")
    return 0


def folder_of_weights(options: argparse.Namespace) -> Path:
    """Return the folder of weights on this machine.

    Raises:
        ValueError: ``--weights`` names a bucket.
    """
    if not isinstance(options.weights, Path):
        raise ValueError(f"{options.weights}: name a folder; publish puts it into a bucket")
    return options.weights


def _apply(effect: Effect, options: argparse.Namespace, inputs: Inputs = "clean") -> int:
    """Apply an effect to files and folders; a photo that fails does not stop the others."""
    work = _work(options.photos, options.output, effect)
    store = ModelStore.open(options.weights)
    # Asked for here: an unknown model is reported before seconds of importing torch.
    model = store.model(effect, inputs)
    engine = engine_on(store, options.device)
    failed = 0
    for source, target in work:
        try:
            with _Bar(source.name) as bar:
                decoded = decode(source.read_bytes(), MAX_PIXELS)
                result = engine.apply(effect, decoded.image, bar.update, model)
                target.parent.mkdir(parents=True, exist_ok=True)
                _save(encode(result, "PNG" if _as_png(target, decoded) else "JPEG", 95), target)
        except (ImageError, OSError) as error:
            print(f"error: {source}: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def engine_on(store: ModelStore, device: str | None) -> "Engine":
    """Make the engine; a device that this machine lacks is reported in one line."""
    import torch  # noqa: PLC0415

    from model_layer.engine import Engine  # noqa: PLC0415

    if device:
        try:
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:  # torch raises either
            raise ValueError(f"device {device}: {str(error).splitlines()[0]}") from error
    return Engine(store, device)


def _work(photos: list[Path], output: Path, effect: Effect) -> list[tuple[Path, Path]]:
    """Pair every source file with its target."""
    sources = _sources(photos)
    one = len(sources) == 1 and not photos[0].is_dir() and not output.is_dir()
    if one and output.suffix:
        if output.suffix.lower() not in RESULT_SUFFIXES:
            raise ValueError(f"{output}: the result can be .jpg or .png")
        if output.exists() and output.samefile(sources[0]):
            raise ValueError(f"{output}: the result would replace the photo itself")
        return [(sources[0], output)]
    if output.is_file():
        raise ValueError(f"{output}: is a file; name a folder")
    if output.suffix.lower() in PICTURE_SUFFIXES and not output.is_dir():
        raise ValueError(f"{output}: names a file; for several photos, name a folder")
    return list(zip(sources, _targets(sources, output, effect)))


def _sources(photos: list[Path]) -> list[Path]:
    """List the files, and those in the folders, each once."""
    sources: list[Path] = []
    for path in photos:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if _looks_like_picture(p))
            if not inside:
                raise ValueError(f"{path}: no pictures in this folder")
            sources += inside
        elif path.exists():
            sources.append(path)
        else:
            raise ValueError(f"{path}: no such file or folder")
    return list({path.resolve(): path for path in sources}.values())


def _looks_like_picture(path: Path) -> bool:
    hidden = path.name.startswith(".")  # among them the "._" files of macOS
    return path.suffix.lower() in PICTURE_SUFFIXES and not hidden and path.is_file()


def _targets(sources: list[Path], output: Path, effect: Effect) -> Iterator[Path]:
    """Name each result after its source; where two would have one name, the second is numbered.

    No result is written over a source either.
    """
    ending = effect.code.replace(":", "-")
    # In lower case: on some file systems A.png and a.png are one file.
    taken = {p.name.lower() for p in sources if p.resolve().parent == output.resolve()}
    for source in sources:
        jpeg = isinstance(effect, Neon) and source.suffix.lower() in (".jpg", ".jpeg")
        numbers = chain([""], (f"-{number}" for number in count(2)))
        names = (f"{source.stem}-{ending}{n}{'.jpg' if jpeg else '.png'}" for n in numbers)
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        yield output / name


def _as_png(target: Path, decoded: Decoded) -> bool:
    if target.suffix.lower() == ".png":
        return True
    if decoded.image.mode.endswith("A"):
        note = f"{target.name}: JPEG has no transparency; transparent parts become black"
        tqdm.write(note, file=sys.stderr)
    return False


def _save(data: bytes, target: Path) -> None:
    """Write in one step, so that an interruption leaves no half picture."""
    temporary = target.with_name(f".{target.name}.part")
    temporary.write_bytes(data)
    os.replace(temporary, target)


class _Bar:
    """A progress bar for one photo, in percent; only on a terminal."""

    def __init__(self, name: str) -> None:
        self._bar = tqdm(
            total=100,
            disable=None,
            desc=name[:32],
            bar_format="{desc:<32} {percentage:3.0f}% |{bar:30}| {elapsed}",
        )

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def update(self, share: float) -> None:
        self._bar.update(share * 100 - self._bar.n)
