"""What a job queue does, wherever it lives."""

from typing import Protocol

from handler.jobs.job import Job


class QueueFullError(Exception):
    """No room for another job.

    Args:
        retry_after: seconds after which a new try makes sense.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the queue is full; try again in {retry_after:.0f} s")
        self.retry_after = retry_after


class JobQueue(Protocol):
    """Takes jobs to a worker: each at least once, those of one chat in order."""

    async def put(self, job: Job) -> int:
        """Hand in a job; returns how many jobs are before it (0 when it can start at once).

        Raises:
            QueueFullError: no room.
        """
        ...
