"""Where a store's files come from, and the check that they are the right ones."""

import hashlib
from pathlib import Path
from typing import Protocol

from model_layer.store.manifest import Model


class SourceError(OSError):
    """A file cannot be had from its source; the text is one line and does not name the file."""


class WrongChecksumError(SourceError):
    """A file is not the one that the manifest means."""

    def __init__(self) -> None:
        super().__init__("wrong SHA-256: the file is damaged or not the published one")


class Source(Protocol):
    """Where files come from: a folder, or a bucket."""

    def read(self, name: str) -> bytes:
        """Return a small file's content.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def has(self, name: str) -> bool:
        """Tell whether a file is there.

        Raises:
            OSError: that cannot be told.
        """
        ...

    def fetch(self, model: Model) -> bytes:
        """Return the content of a model's file, verified: its SHA-256 is ``model.sha256``.

        Raises:
            WrongChecksumError: the file is not the one that the manifest means.
            OSError: it cannot be had.
        """
        ...

    def __str__(self) -> str:
        """Name the place, for messages."""
        ...


class FolderSource:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        """Return a file's content."""
        return (self.folder / name).read_bytes()

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""
        return (self.folder / name).is_file()

    def fetch(self, model: Model) -> bytes:
        """Return the content of a model's file, verified."""
        return verified(self.read(model.file), model.sha256)

    def __str__(self) -> str:
        return str(self.folder)


def verified(data: bytes, sha256: str) -> bytes:
    """Return the data; its SHA-256 (hex) must be the one given.

    Raises:
        WrongChecksumError: it is another.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WrongChecksumError
    return data
