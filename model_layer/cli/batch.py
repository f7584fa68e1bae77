"""Which photos become which files. Decided before anything is done; without torch."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

from model_layer.effects import Effect
from model_layer.images import SUFFIXES, OutputFormat

STDIO: Final = Path("-")
"""Names standard input or output."""
OutputName = Literal["jpg", "png", "webp", "tiff"]
FORMATS: Final[dict[str, OutputFormat]] = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "tif": "TIFF",
    "tiff": "TIFF",
}
"""Of results, by suffix."""
_LOSSY_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".heic", ".heif", ".hif", ".avif"}
)


@dataclass(frozen=True)
class Work:
    """A photo, and the file that it is to become."""

    source: Path
    target: Path


@dataclass
class Batch:
    """What is to be done, and what is not."""

    work: list[Work] = field(default_factory=list)
    unsupported: list[Path] = field(default_factory=list)
    """Files in folders that are in no format that can be read."""
    results: list[Path] = field(default_factory=list)
    """Pictures that an earlier run made of others among the photos."""
    there: list[Path] = field(default_factory=list)
    """Results that are there already and stay."""


@dataclass(frozen=True)
class _Source:
    path: Path
    inside: Path = Path()
    """The folder that it is in, seen from the one that was named."""


def pair(
    photos: Sequence[Path],
    output: Path | None,
    effect: Effect,
    format_: OutputName | None,
    *,
    recursive: bool,
    overwrite: bool,
    skip_existing: bool,
) -> Batch:
    """Pair every photo with its target.

    A result is called after its photo and the effect, whatever else is there.

    Args:
        photos: files, folders, or :data:`STDIO`.
        output: a file for one photo, a folder, or :data:`STDIO`; by default beside each photo.
        effect: what is to be done.
        format_: of the results; by default PNG, or JPEG for what was compressed with loss,
            where the effect allows it.
        recursive: whether to look into folders within folders.
        overwrite: whether results may replace files, though never photos.
        skip_existing: whether to leave out what is done already.

    Raises:
        ValueError: something is not there, or it is not clear what is meant, or a file would be
            replaced. Nothing was changed.
    """
    batch = Batch()
    sources = list(_find(photos, output, batch, recursive=recursive))
    results = _results_among(sources, effect)
    batch.results = [source.path for source in results]
    sources = [source for source in sources if source not in results]
    if output == STDIO or (output is None and STDIO in photos):
        if len(sources) != 1:
            raise ValueError("standard output takes the result of one photo")
        batch.work = [Work(sources[0].path, STDIO)]
        return batch
    if output and len(photos) == 1 and not photos[0].is_dir() and _names_a_file(output, format_):
        batch.work = [Work(sources[0].path, output)]
    elif output and output.is_file():
        raise ValueError(f"{output}: is a file; name a folder")
    elif output and output.suffix.lower() in SUFFIXES and not output.is_dir():
        raise ValueError(f"{output}: names a file; for several photos, name a folder")
    else:
        batch.work = [
            Work(source.path, _target(source, output, effect, format_)) for source in sources
        ]
    _check_targets(batch, overwrite=overwrite, skip_existing=skip_existing)
    return batch


def _find(
    photos: Sequence[Path], output: Path | None, batch: Batch, *, recursive: bool
) -> Iterator[_Source]:
    """Find the photos, each once; what is none goes into the batch."""
    seen: set[Path] = set()
    for path in photos:
        if path == STDIO:
            found = [_Source(STDIO)]
        elif path.is_dir():
            found = list(_in_folder(path, output, batch, recursive=recursive))
        elif path.exists():
            found = [_Source(path)]
        else:
            raise ValueError(f"{path}: no such file or folder")
        for source in found:
            if source.path.resolve() not in seen:
                seen.add(source.path.resolve())
                yield source


def _in_folder(
    folder: Path, output: Path | None, batch: Batch, *, recursive: bool
) -> Iterator[_Source]:
    nothing = True
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if recursive
            and not name.startswith(".")
            and not (output and output.is_dir() and output.samefile(Path(place, name)))
        )
        # Hidden files are nobody's photos, among them the "._" files of macOS.
        files = [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        for path in files:
            nothing = False
            if path.suffix.lower() not in SUFFIXES:
                batch.unsupported.append(path)
            else:
                yield _Source(path, Path(place).relative_to(folder))
    if nothing:
        raise ValueError(f"{folder}: no pictures in this folder")


def _results_among(sources: Sequence[_Source], effect: Effect) -> list[_Source]:
    """Find the pictures that are called as a result of another one is."""
    made = {
        source.path.with_name(f"{source.path.stem}-{other.suffix}")
        for source in sources
        for other in type(effect).named()
    }
    return [source for source in sources if source.path.with_suffix("") in made]


def _names_a_file(output: Path, format_: OutputName | None) -> bool:
    if output.is_dir() or not output.suffix:
        return False
    known = FORMATS.get(output.suffix[1:].lower())
    if known is None:
        raise ValueError(f"{output}: the result can be .{', .'.join(get_args(OutputName))}")
    if format_ and FORMATS[format_] != known:
        raise ValueError(f"{output}: is not called as --format {format_} says")
    return True


def _target(
    source: _Source,
    output: Path | None,
    effect: Effect,
    format_: OutputName | None,
) -> Path:
    lossy = source.path.suffix.lower() in _LOSSY_SUFFIXES and not effect.lossless
    stem = "photo" if source.path == STDIO else source.path.stem
    name = f"{stem}-{effect.suffix}.{format_ or ('jpg' if lossy else 'png')}"
    return output / source.inside / name if output else source.path.with_name(name)


def _check_targets(batch: Batch, *, overwrite: bool, skip_existing: bool) -> None:
    """See that no two results have one name, and that nothing is replaced unasked."""
    taken: dict[str, Path] = {}
    for work in batch.work:
        # In lower case: on some file systems A.png and a.png are one file.
        other = taken.setdefault(str(work.target).lower(), work.source)
        if other != work.source:
            raise ValueError(f"{other} and {work.source} would both become {work.target}")
    batch.there = [work.target for work in batch.work if work.target.exists()]
    sources = {work.source.resolve() for work in batch.work}
    for target in batch.there:
        if target.resolve() in sources:
            raise ValueError(f"{target}: the result would replace a photo")
    if skip_existing:
        batch.work = [work for work in batch.work if work.target not in batch.there]
    elif overwrite:
        batch.there = []
    elif batch.there:
        more = f" (and {len(batch.there) - 1} more)" if len(batch.there) > 1 else ""
        raise ValueError(
            f"{batch.there[0]}{more} is there already; "
            "--overwrite replaces it, --skip-existing leaves it"
        )
