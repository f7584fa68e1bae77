"""Files kept on this machine after they were fetched from elsewhere."""

import contextlib
import errno
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from model_layer.store.atomic import atomic_write
from model_layer.store.sources import WrongChecksumError, verified

logger = logging.getLogger(__name__)

_LEFTOVER_SECONDS: Final = 900
"""Unfinished files that nobody wrote to for so long belong to a process that died."""


class FileCache:
    """A folder of files named by their SHA-256; several processes may share it.

    A file appears whole or not at all, and is verified whenever it is read.

    Args:
        folder: made, readable by its owner only, when the first file is added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, sha256: str) -> bytes | None:
        """Return a file's content; None if it is not there, unreadable or damaged.

        A damaged file is removed.
        """
        path = self.folder / sha256
        try:
            return verified(path.read_bytes(), sha256)
        except WrongChecksumError:
            logger.warning("%s is damaged and is fetched again", path)
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            pass  # not there yet; if the folder cannot be used, add() says why
        return None

    def add(self, sha256: str, size: int, write: Callable[[BinaryIO], None]) -> bytes:
        """Take a file in.

        Args:
            sha256: of the content, hex.
            size: bytes of the content.
            write: writes the content to the file it is given, which can be sought in; called once.

        Returns:
            The content, verified.

        Raises:
            WrongChecksumError: something else was written. It is not kept.
            OSError: the file cannot be kept here, the disk being full for one.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_leftovers()
        if shutil.disk_usage(self.folder).free < size:  # known before anything is fetched
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with atomic_write(self.folder / sha256) as file:
            write(file)
            file.seek(0)  # flushes first: a full disk may show only now
            return verified(file.read(), sha256)

    def _remove_leftovers(self) -> None:
        """Remove what killed processes left unfinished: room may be scarce."""
        oldest = time.time() - _LEFTOVER_SECONDS
        for path in self.folder.glob(".*.part"):
            with contextlib.suppress(OSError):  # another process may be doing the same
                if path.stat().st_mtime < oldest:
                    path.unlink()
