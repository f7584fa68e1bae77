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

    async def reserve(self, chat_id: int) -> int:
        """Keep a place for a job of a chat, until it is put or the place is given back.

        Returns:
            How many jobs are before it; 0 when it can start at once.

        Raises:
            QueueFullError: no room.
        """
        ...

    async def release(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat."""
        ...

    async def put(self, job: Job) -> int:
        """Hand in a job, in the place reserved for its chat if there is one.

        Returns:
            How many jobs are before it; 0 when it can start at once.

        Raises:
            QueueFullError: no room.
        """
        ...

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long a job may wait and be worked on until it is done or given up, seconds.

        Args:
            job_seconds: how long a job may be worked on.
        """
        ...
