"""A folder of gathered pictures, its manifest, and the list of what was not kept."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, TypeVar

from model_layer.store.atomic import atomic_write

MANIFEST: Final = "manifest.csv"
SKIPPED: Final = "skipped.csv"


class NotACollectionError(ValueError):
    """The folder holds a file of the manifest's name that is something else."""


@dataclass(frozen=True)
class Entry:
    """A line of the manifest; the names are those of its columns."""

    photo_id: str
    title: str
    author: str
    licence: str
    licence_url: str
    page_url: str
    file_url: str
    sha256: str
    perceptual_hash: str
    """16 hexadecimal digits."""
    width: str
    height: str
    file: str


@dataclass(frozen=True)
class Skipped:
    """A line of the list of photos that were fetched and not kept, or taken out by hand."""

    photo_id: str
    reason: str


_Row = TypeVar("_Row", Entry, Skipped)


class Collection:
    """Pictures in a folder. Whenever the program is stopped, the files tell the same story.

    A picture is in the manifest only once its file is whole. So a file that is in the manifest but
    not in the folder was deleted by somebody who does not want it: it is moved to the list of what
    was not kept, and not fetched again. To have a photo tried again, delete its line there.

    Args:
        folder: made if missing.

    Raises:
        NotACollectionError: a file is not what this class writes.
        OSError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._skipped = {row.photo_id: row for row in _read(folder / SKIPPED, Skipped)}
        self._entries: dict[str, Entry] = {}
        deleted = []
        for entry in _read(folder / MANIFEST, Entry):
            if (folder / entry.file).is_file():
                self._entries[entry.photo_id] = entry
            else:
                deleted.append(entry)
        if deleted:
            for entry in deleted:
                self._skipped[entry.photo_id] = Skipped(entry.photo_id, "deleted")
            _write(folder / SKIPPED, Skipped, self._skipped.values())
            _write(folder / MANIFEST, Entry, self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The manifest, in the order of gathering."""
        return tuple(self._entries.values())

    def has(self, photo_id: str) -> bool:
        """Tell whether the photo is here."""
        return photo_id in self._entries

    def why_skipped(self, photo_id: str) -> str | None:
        """Tell why a photo was not kept in an earlier run; None if it was not met."""
        row = self._skipped.get(photo_id)
        return row.reason if row else None

    def add(self, entry: Entry, data: bytes) -> None:
        """Keep a picture: first its file, then its line in the manifest.

        Raises:
            OSError: the folder cannot be written.
        """
        with atomic_write(self.folder / entry.file) as file:
            file.write(data)
        self._entries[entry.photo_id] = entry
        _write(self.folder / MANIFEST, Entry, self._entries.values())

    def skip(self, photo_id: str, reason: str) -> None:
        """Remember that a photo need not be fetched again.

        Raises:
            OSError: the folder cannot be written.
        """
        self._skipped[photo_id] = Skipped(photo_id, reason)
        _write(self.folder / SKIPPED, Skipped, self._skipped.values())


def _read(path: Path, kind: type[_Row]) -> list[_Row]:
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise NotACollectionError(f"{path}: not a list written by collect") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if rows.fieldnames != [field.name for field in fields(kind)]:
        raise NotACollectionError(f"{path}: not a list written by collect")
    found = []
    for row in rows:
        if None in row or None in row.values():  # more or fewer cells than columns
            raise NotACollectionError(f"{path}: line {rows.line_num} is malformed")
        found.append(kind(**row))
    return found


def _write(path: Path, kind: type[_Row], rows: Iterable[_Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(kind)])
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())
