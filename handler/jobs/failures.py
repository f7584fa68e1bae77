"""Why a job fails, in words for the person who waits."""

from dataclasses import dataclass, field
from typing import Any

from handler.telegram.errors import (
    DownloadError,
    FileGoneError,
    FileTooLargeError,
    NoRightsError,
    RefusedError,
    UnavailableError,
)
from model_layer import Effect, ModelStoreError, Refusal
from model_layer.images import BrokenImageError, ImageTooLargeError, UnsupportedFormatError


class JobError(Exception):
    """A job cannot be done, for a reason that the person can understand."""


class CancelledJobError(JobError):
    """The person wants it no more."""


class TookTooLongError(JobError):
    """The job's time is up."""


class WorkerKilledError(Exception):
    """The process that worked on the job was killed: out of memory, or out of time."""


class WouldNotFinishError(JobError):
    """The job would not be done in time or in memory, or is too large, so it is not begun.

    Args:
        refusal: what was planned.
        duration: how long it would take, in the person's language.
        instead: what would be done, in the person's language.
        offered: what would be done, for buttons.
    """

    def __init__(
        self, refusal: Refusal, duration: str, instead: str, offered: tuple[Effect, ...]
    ) -> None:
        super().__init__(f"{refusal.lacking}: {duration}")
        self.refusal = refusal
        self.duration = duration
        self.instead = instead
        self.offered = offered


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
    offered: tuple[Effect, ...] = ()
    """What would work with the same picture."""


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
    if isinstance(error, WouldNotFinishError):
        width, height = map(str, error.refusal.plan.result_size)  # as text: no thousands separators
        said = {
            "lacking": error.refusal.lacking,
            "width": width,
            "height": height,
            "duration": error.duration,
            "instead": error.instead,
        }
        return Explanation("error-would-not-finish", said, offered=error.offered)
    if isinstance(error, MemoryError):  # there may be more when nothing else is being computed
        said = {"lacking": "memory", "width": "", "height": "", "duration": "", "instead": ""}
        return Explanation("error-would-not-finish", said, is_our_fault=True)
    if isinstance(error, ImageTooLargeError):
        size = {"width": str(error.width), "height": str(error.height)}
        return Explanation("error-too-many-pixels", size)
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
