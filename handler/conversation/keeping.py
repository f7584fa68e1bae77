"""What an update needs the store for, when the store fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from handler.jobs.queue import QueueFullError


class NotKeptError(Exception):
    """What is asked for could not be kept: claims or jobs cannot be written now."""


@contextmanager
def keeping() -> Iterator[None]:
    """Call the store, wherever it lives and however it fails.

    Raises:
        NotKeptError: it cannot be read or written.
        QueueFullError: it has no room.
    """
    try:
        yield
    except QueueFullError:
        raise
    except Exception as error:
        raise NotKeptError(f"{type(error).__name__}: {error}") from error
