"""Jobs that have no answer yet, and the one place where it is decided which answer they get.

A job ends in a result, in an apology, or because its person cancelled it. Whoever is about to give
one of these says so here first; of two that come at once, one is told that it is too late.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Protocol

from handler.jobs.job import Job

KNOWN_SECONDS: Final = 3600.0
"""How long it is known what became of a job: longer than Telegram repeats a press."""
OPEN_SECONDS: Final = 31 * 24 * 3600.0
"""How long a job may be open: longer than any queue keeps one."""


class State(StrEnum):
    """How far a job has come."""

    OPEN = "open"
    """It waits or is worked on."""
    ANSWERED = "answered"
    """Its answer is under way, or there."""
    CANCELLED = "cancelled"


class Addition(StrEnum):
    """What was known of a job that is added."""

    NEW = "new"
    KNOWN = "known"
    """A delivery of the same update has added it, and has not come to its end."""
    CLOSED = "closed"
    """It has its answer, or was cancelled."""


class Cancellation(StrEnum):
    """What came of the wish to cancel a job."""

    DONE = "done"
    TOO_LATE = "too-late"
    """Its answer is under way, or there."""
    NOT_YOURS = "not-yours"


class OpenJobs(Protocol):
    """Jobs by chat and id. Every change is atomic, and seen by all processes."""

    async def add(self, job: Job) -> Addition:
        """Note a job before anything is said about it, or return what is known of it."""
        ...

    async def replace(self, job: Job) -> None:
        """Note what has become known of a job: its status message."""
        ...

    async def remove(self, job: Job) -> None:
        """Forget a job of which nothing came."""
        ...

    async def cancel(self, chat_id: int, job_id: str, person_id: int) -> Cancellation:
        """Cancel a job for the person whose it is; a job that is not known yet will be.

        The second call for the same job gives the same as the first one.
        """
        ...

    async def begin_answer(self, job: Job) -> bool:
        """Say that a job gets its answer now; from here on it cannot be cancelled.

        Returns:
            False when it was cancelled. True however often it is asked otherwise.
        """
        ...

    async def is_cancelled(self, job: Job) -> bool:
        """Tell whether a job was cancelled."""
        ...

    async def is_open(self, job: Job) -> bool:
        """Tell whether a job still waits for its answer; one that is not known may."""
        ...

    async def job(self, chat_id: int, job_id: str) -> Job | None:
        """Return a job that is not closed, whatever its state."""
        ...

    async def of_chat(self, chat_id: int) -> list[Job]:
        """Return a chat's jobs that are open, in the order in which they were asked for."""
        ...

    async def close(self, job: Job) -> None:
        """Say that the person has the answer; what it was is known for KNOWN_SECONDS."""
        ...


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Sort jobs by when they were asked for."""
    return sorted(jobs, key=lambda job: (job.pressed_at or 0.0, job.id))
