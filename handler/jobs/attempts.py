"""Notes of the jobs that are being worked on: a process that is killed leaves its own behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

from handler.jobs.job import Job
from handler.jobs.results import ResultCache, if_possible

Kind = Literal["attempt", "alone"]
NOTE_SECONDS: Final = 4 * 24 * 3600.0
"""How long a note is kept: as long as SQS keeps a job, unless the queue says otherwise."""


@asynccontextmanager
async def track_attempt(
    results: ResultCache, job: Job, kind: Kind = "attempt"
) -> AsyncIterator[bool]:
    """Keep a note while a job is worked on; it goes when the work ends, however it does.

    It stays only when the process is killed in the middle: out of memory, or out of time.
    Without a memory for results there are no notes, and the work is done all the same.

    Args:
        results: shared by all workers.
        job: about to be worked on.
        kind: of the attempt: in whatever company, or ``alone`` in the process.

    Yields:
        Whether a process has been killed over this job before, in an attempt of this kind.
    """
    key = f"{kind}:{job.id}"
    was_killed = await if_possible(job, results.claim(key, NOTE_SECONDS)) is False
    try:
        yield was_killed
    finally:
        if not was_killed:  # else it stays, for the deliveries after this one
            await if_possible(job, results.release(key))
