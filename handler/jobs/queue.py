"""What a job queue does, wherever it lives."""

from dataclasses import dataclass
from typing import Protocol

from handler.jobs.job import Job


class QueueFullError(Exception):
    """No room for another job.

    Args:
        retry_after: seconds after which a new try makes sense.
        own: jobs of the very chat, where it is the chat that may have no more.
    """

    def __init__(self, retry_after: float, *, own: int = 0) -> None:
        super().__init__(f"the queue is full; try again in {retry_after:.0f} s")
        self.retry_after = retry_after
        self.own = own


class LeaseLostError(Exception):
    """A delivery has lasted too long: its job may have been delivered to somebody else."""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of a job."""

    id: str
    """Names the job to the queue, for the log."""
    body: str
    """The job as JSON, unless somebody else has written into the queue."""
    receipt: str
    """Names this delivery to the queue."""
    deliveries: int
    """How many tries the job has had, this delivery included; see :attr:`JobSource.counts_all`."""


@dataclass(frozen=True, slots=True)
class Place:
    """How many jobs are before one, waiting or in work; none when it can start at once."""

    own: int = 0
    """Of the same chat."""
    others: int = 0

    @property
    def ahead(self) -> int:
        """All of them."""
        return self.own + self.others


class JobQueue(Protocol):
    """Takes jobs to a worker: each at least once, those of one chat in order.

    Light jobs of a chat come before its others that wait, see :attr:`Effect.is_light`.
    """

    async def reserve(self, job: Job) -> Place:
        """Keep a place for a job, until it is put or the reservation is cancelled.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        ...

    async def cancel_reservation(self, chat_id: int) -> None:
        """Let others have a place that was reserved for this chat."""
        ...

    async def put(self, job: Job) -> Place:
        """Hand in a job, in the place reserved for its chat if there is one.

        Of several jobs with the same id, as from an update that Telegram repeats, one is kept.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        ...

    async def withdraw(self, job: Job) -> bool:
        """Take out a job that was cancelled.

        Returns:
            Whether no worker has it, or will get it; else one drops it.
        """
        ...

    async def counts(self) -> tuple[int, int]:
        """Count the jobs that wait, for their first or another try, and those in work."""
        ...

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long a job may wait and be worked on until it is done or given up, seconds.

        Args:
            job_seconds: how long a job may be worked on.
        """
        ...


class JobSource(Protocol):
    """The worker's side of a queue: a job is delivered until it is acknowledged.

    A delivery hides the job from others, and the later jobs of its chat with it. When the worker
    dies, the job becomes visible again by itself.
    """

    counts_all: bool
    """Whether every delivery counts as a try; else only one that is begun, or fails."""

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        """Wait for a job, and hide it.

        Args:
            seconds: how long to wait.
            visibility: for how long the job is hidden, seconds, unless that is extended.

        Returns:
            None when none came.
        """
        ...

    async def begin(self, message: Message) -> None:
        """Count this delivery as a try, even if its worker dies: what comes may kill it."""
        ...

    async def line(self, chat_id: int) -> list[tuple[Job, Place]]:
        """Return jobs that wait behind others, and where: at least those of a chat, next first."""
        ...

    async def acknowledge(self, message: Message) -> None:
        """Delete a job that is done."""
        ...

    async def extend_visibility(self, message: Message, seconds: float) -> None:
        """Hide a job for ``seconds`` from now on.

        Raises:
            LeaseLostError: it is in other hands already.
        """
        ...

    async def release(
        self, message: Message, pause: float = 0.0, *, is_failure: bool = True
    ) -> None:
        """Let a job be delivered again after ``pause`` seconds.

        Args:
            message: of the delivery that ends.
            pause: before the next one, seconds.
            is_failure: whether the delivery counts as a try, unless every one does.
        """
        ...

    async def reject(self, message: Message) -> None:
        """Deliver a job no more: it was given up, after its last delivery."""
        ...

    async def max_deliveries(self) -> int:
        """Return how often a job is delivered at most; 0 when for ever."""
        ...
