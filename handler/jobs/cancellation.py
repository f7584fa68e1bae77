"""Ends the work on a job that its person cancels, in whatever process they are heard."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from handler.jobs.failures import CancelledJobError
from handler.jobs.job import Job
from handler.jobs.open_jobs import OpenJobs

LOOK_SECONDS: Final = 1.0
"""How often it is looked whether a job was cancelled."""

logger = logging.getLogger(__name__)


@asynccontextmanager
async def until_cancelled(job: Job, open_jobs: OpenJobs) -> AsyncIterator[None]:
    """Interrupt what is done in this context when the person cancels the job.

    Raises:
        CancelledJobError: they have.
    """

    async def is_cancelled() -> bool:
        try:
            return await open_jobs.is_cancelled(job)
        except Exception as error:  # noqa: BLE001  # before the answer it is asked once more
            logger.warning("job %s: nobody knows whether it was cancelled: %s", job.id, error)
            return False

    async def watch(wanted: asyncio.Timeout) -> None:
        while not await is_cancelled():  # noqa: ASYNC110  # it happens in another process
            await asyncio.sleep(LOOK_SECONDS)
        wanted.reschedule(asyncio.get_running_loop().time())

    if await is_cancelled():
        raise CancelledJobError("cancelled before it was begun")
    try:
        async with asyncio.timeout(None) as wanted:
            watching = asyncio.create_task(watch(wanted))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if wanted.expired():
            raise CancelledJobError("cancelled while it was worked on") from None
        raise
