"""Why a job fails, in words for the person who waits."""

from dataclasses import dataclass, field
from typing import Any, Literal

from handler.telegram.errors import (
    DownloadError,
    FileGoneError,
    FileTooLargeError,
    NoRightsError,
    RefusedError,
    UnavailableError,
)
from model_layer import ModelStoreError
from model_layer.images import BrokenImageError, ImageTooLargeError, UnsupportedFormatError


class JobError(Exception):
    """A job cannot be done, for a reason that the person can understand."""


class CancelledJobError(JobError):
    """The person wants it no more."""


class TookTooLongError(JobError):
    """The job's time is up."""


class WorkerKilledError(Exception):
    """The process that worked on the job was killed: out of memory, or out of time."""


class TooManyPixelsError(JobError):
    """The picture, or what would become of it, is too large.

    Args:
        size: of the picture, pixels.
        alternatives: effects that would work with it, in the person's language.
    """

    def __init__(self, size: tuple[int, int], alternatives: str) -> None:
        super().__init__(f"{size[0]}×{size[1]}")
        self.size = size
        self.alternatives = alternatives


class WouldNotFinishError(JobError):
    """The job would not be done in time or in memory, so it is not begun.

    Args:
        lacking: what there is too little of.
        duration: how long it would take, in the person's language.
        instead: what would be done, in the person's language.
    """

    def __init__(self, lacking: Literal["time", "memory"], duration: str, instead: str) -> None:
        super().__init__(f"{lacking}: {duration}")
        self.lacking = lacking
        self.duration = duration
        self.instead = instead


class TryAgainError(Exception):
    """A job was not done, for a reason that may have passed when it is tried again.

    Args:
        reason: what stopped it.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Explanation:
    """A text for the person: its key and variables."""

    key: str
    variables: dict[str, Any] = field(default_factory=dict)
    is_our_fault: bool = False
    """Whether the cause belongs in the log with all its details."""


_KEYS: dict[type[Exception], str] = {
    FileGoneError: "error-file-gone",
    FileTooLargeError: "error-file-too-large",
    UnsupportedFormatError: "error-unsupported-format",
    BrokenImageError: "error-broken-file",
    TookTooLongError: "error-took-too-long",
    DownloadError: "error-download",
    NoRightsError: "error-no-rights",
    UnavailableError: "error-telegram-away",
}


def explain(error: Exception) -> Explanation:
    """Find the words for an error; whatever is not the picture's fault is the bot's own."""
    if isinstance(error, TooManyPixelsError):
        return _too_many_pixels(*error.size, error.alternatives)
    if isinstance(error, WouldNotFinishError):
        said = {"lacking": error.lacking, "duration": error.duration, "instead": error.instead}
        return Explanation("error-would-not-finish", said)
    if isinstance(error, MemoryError):  # there may be more when nothing else is being computed
        said = {"lacking": "memory", "duration": "", "instead": ""}
        return Explanation("error-would-not-finish", said, is_our_fault=True)
    if isinstance(error, ImageTooLargeError):
        return _too_many_pixels(error.width, error.height, "none")
    for kind, key in _KEYS.items():
        if isinstance(error, kind):
            return Explanation(key, is_our_fault=isinstance(error, UnavailableError))
    return Explanation("error-internal", is_our_fault=True)


def cause_to_log(error: Exception) -> Exception | None:
    """Return what the log is to trace back to its origin; None where one line says everything."""
    said_in_one_line = (ModelStoreError, WorkerKilledError, UnavailableError)
    return None if isinstance(error, said_in_one_line) else error


def is_transient(error: Exception) -> bool:
    """Say whether a job that failed so may succeed when it is tried again a little later.

    Whatever is neither the picture's fault nor refused by Telegram may: a broken line, a full
    memory, a model that is just being published.
    """
    return explain(error).is_our_fault and not isinstance(error, RefusedError)


def _too_many_pixels(width: int, height: int, alternatives: str) -> Explanation:
    return Explanation(
        "error-too-many-pixels",
        # As text, so that no thousands separators come in.
        {"width": str(width), "height": str(height), "alternatives": alternatives},
    )
