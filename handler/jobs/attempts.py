"""Notes of the jobs that are being worked on: a process that is killed leaves its own behind."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

from handler.jobs.job import Job
from handler.jobs.results import ResultCache

logger = logging.getLogger(__name__)

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
    is_first = True
    try:
        is_first = await results.claim(key, NOTE_SECONDS)
    except Exception:
        logger.exception("job %s: no note can be made", job.id)
    try:
        yield not is_first
    finally:
        if is_first:  # else it stays, for the deliveries after this one
            try:
                await results.release(key)
            except Exception:
                logger.exception("job %s: the note cannot be taken back", job.id)
