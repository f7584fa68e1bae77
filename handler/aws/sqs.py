"""The job queue in Amazon SQS: workers elsewhere take the jobs.

The queue is a FIFO queue. A chat's jobs of one weight are a message group: they run one after the
other in order, and the groups do not wait for each other, so that light work overtakes what waits.
A job's id is the deduplication id: a press that Telegram delivers again within five minutes makes
no second job.
"""

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from handler.aws import clients as aws
from handler.aws.backlog import DynamoBacklog
from handler.jobs.job import Job
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.queue import Message, Place

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

LONGEST_POLL_SECONDS: Final = 10
"""How long SQS keeps an empty poll open; less than the client waits for an answer."""
USUAL_RETENTION_SECONDS: Final = 4 * 24 * 3600
"""How long SQS keeps messages unless a queue says otherwise, as the template's does not."""

logger = logging.getLogger(__name__)


class SqsJobQueue:
    """A :class:`handler.jobs.queue.JobQueue` and :class:`handler.jobs.queue.JobSource` in SQS.

    The methods of a source raise ``botocore.exceptions.ClientError`` when the queue is missing or
    not allowed, or a message in other hands, and ``BotoCoreError`` when AWS cannot be reached.

    Args:
        queue_url: of a FIFO queue.
        client: by default the process's own.
        backlog: bounds it; without one there is room for all.
        open_jobs: know what SQS does not: which jobs of a chat are before another.
    """

    counts_all = True

    def __init__(
        self,
        queue_url: str,
        client: "SQSClient | None" = None,
        backlog: DynamoBacklog | None = None,
        open_jobs: OpenJobs | None = None,
    ) -> None:
        self._url = queue_url
        self._open_jobs = open_jobs
        self._backlog = backlog
        self._client = client or aws.client("sqs")
        self._retention: int | None = None
        self._max_deliveries: int | None = None

    async def reserve(self, job: Job) -> Place:
        """Return how many jobs of the same chat are before a new one; others' run beside it.

        No place is kept: the bounds hold when the job is put.

        Raises:
            QueueFullError: this chat has no room for more.
        """
        kept = await self._backlog.own(job.chat_id) if self._backlog else None
        jobs = await self._jobs_in(kept, job.chat_id)
        return Place(sum(_group(other) == _group(job) for other in jobs if other.id != job.id))

    async def cancel_reservation(self, chat_id: int) -> None:
        """Do nothing: no place is kept."""

    async def put(self, job: Job) -> Place:
        """Hand in a job.

        Returns:
            No place: see :meth:`reserve`.

        Raises:
            QueueFullError: no room, for this chat or at all.
            botocore.exceptions.ClientError: the queue is missing, may not be written to, or is
                throttled for longer than the client repeats a call. Even then it may have the
                job: the answer to one of those calls may have been lost.
            botocore.exceptions.BotoCoreError: AWS cannot be reached.
        """
        if self._backlog:
            stay = await self.longest_stay(0.0)
            await self._backlog.enter(job.chat_id, job.id, stay, lambda: sum(self._counts()))
        try:
            await asyncio.to_thread(self._send, job)
        except BaseException:
            await self._leave(job)
            raise
        return Place()

    async def withdraw(self, job: Job) -> bool:
        """Count a job no more; False, since a message is taken out only by who has received it."""
        await self._leave(job)
        return False

    async def counts(self) -> tuple[int, int]:
        """Count the jobs that wait and those in work, as nearly as SQS can tell."""
        return await asyncio.to_thread(self._counts)

    async def longest_stay(self, job_seconds: float) -> float:
        """Return how long SQS keeps a message, and the time of a job begun at the last moment.

        However long the jobs before it take and however often it is delivered, it is gone by then.
        The queue is asked only once; where that fails, :data:`USUAL_RETENTION_SECONDS` count.
        """
        if self._retention is None:
            try:
                self._retention = await asyncio.to_thread(self._ask_for_retention)
            except Exception as error:  # noqa: BLE001  # the job matters more
                logger.warning("the queue does not say how long it keeps jobs: %s", error)
        return (self._retention or USUAL_RETENTION_SECONDS) + job_seconds

    async def receive(self, seconds: float, visibility: float) -> Message | None:
        """Wait for a job, :data:`LONGEST_POLL_SECONDS` at most, and hide it from others.

        When the task is cancelled, the poll is waited for all the same, since SQS would hide what
        it finds; a job that comes is released.
        """
        polling = asyncio.ensure_future(asyncio.to_thread(self._receive, seconds, visibility))
        try:
            return await asyncio.shield(polling)
        except asyncio.CancelledError:
            if message := await polling:
                await self.release(message)
            raise

    async def begin(self, message: Message) -> None:
        """Do nothing: SQS counts every delivery."""

    async def line(self, chat_id: int) -> list[tuple[Job, Place]]:
        """Return the jobs of a chat that wait behind others of it, and where.

        The first one of each weight is in work, or as good as that.
        """
        kept = await self._backlog.jobs(chat_id) if self._backlog else None
        jobs = await self._jobs_in(kept, chat_id)
        line = []
        before: Counter[str] = Counter()
        for job in jobs:
            if own := before[_group(job)]:
                line.append((job, Place(own)))
            before[_group(job)] += 1
        return line

    async def acknowledge(self, message: Message) -> None:
        """Delete a job that is done."""
        await asyncio.to_thread(
            self._client.delete_message, QueueUrl=self._url, ReceiptHandle=message.receipt
        )
        await self.leave(message)

    async def leave(self, message: Message) -> None:
        """Give the place of a job that ends to others, where somebody else deletes the message."""
        try:
            job = Job.model_validate_json(message.body)
        except ValidationError:
            return
        await self._leave(job)

    async def extend_visibility(self, message: Message, seconds: float) -> None:
        """Hide a job from others for ``seconds`` from now on."""
        await asyncio.to_thread(
            self._client.change_message_visibility,
            QueueUrl=self._url,
            ReceiptHandle=message.receipt,
            VisibilityTimeout=round(seconds),
        )

    async def release(
        self,
        message: Message,
        pause: float = 0.0,
        *,
        is_failure: bool = True,  # noqa: ARG002
    ) -> None:
        """Let a job be delivered again after ``pause`` seconds."""
        await self.extend_visibility(message, pause)

    async def reject(self, message: Message) -> None:
        """Let a job go to the dead letters, for us to see."""
        await self.release(message)
        await self.leave(message)

    async def max_deliveries(self) -> int:
        """Return how often the queue delivers a message; 0 when for ever. Asks only once."""
        if self._max_deliveries is None:
            answer = await asyncio.to_thread(
                self._client.get_queue_attributes,
                QueueUrl=self._url,
                AttributeNames=["RedrivePolicy"],
            )
            policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
            self._max_deliveries = int(policy.get("maxReceiveCount", 0))
        return self._max_deliveries

    async def _jobs_in(self, kept: Collection[str] | None, chat_id: int) -> list[Job]:
        """Return a chat's open jobs, in order, that the queue has.

        A press whose process was killed before it was put, and that nobody repeats, stays among
        the open ones.
        """
        jobs = await self._open_jobs.of_chat(chat_id) if self._open_jobs else []
        return [job for job in jobs if kept is None or job.id in kept]

    async def _leave(self, job: Job) -> None:
        """Count a job no more. Never raises: it logs."""
        if self._backlog is None:
            return
        try:
            await self._backlog.leave(job.chat_id, job.id)
        except Exception as error:  # noqa: BLE001  # it counts for some days, and hurts nobody else
            logger.warning("job %s goes on counting: %s", job.id, error)

    def _counts(self) -> tuple[int, int]:
        names: list[QueueAttributeNameType] = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        waiting, in_work = (int(answer["Attributes"][name]) for name in names)
        return waiting, in_work

    def _receive(self, seconds: float, visibility: float) -> Message | None:
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=min(round(seconds), LONGEST_POLL_SECONDS),
            VisibilityTimeout=round(visibility),
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
            # When an answer is lost, the client's repetition gets the same message, not none.
            ReceiveRequestAttemptId=uuid.uuid4().hex,
        )
        for message in answer.get("Messages", []):
            return Message(
                id=message["MessageId"],
                body=message["Body"],
                receipt=message["ReceiptHandle"],
                deliveries=int(message["Attributes"]["ApproximateReceiveCount"]),
            )
        return None

    def _ask_for_retention(self) -> int:
        answer = self._client.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["MessageRetentionPeriod"]
        )
        return int(answer["Attributes"]["MessageRetentionPeriod"])

    def _send(self, job: Job) -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=job.model_dump_json(),
            MessageGroupId=_group(job),
            MessageDeduplicationId=job.id,
        )


def _group(job: Job) -> str:
    """Name the jobs that a job comes after, and before."""
    return f"{job.chat_id}-{'light' if job.effect.is_light else 'heavy'}"


def message_in(record: Mapping[str, Any]) -> Message:
    """Read one of the ``Records`` of a function's SQS event.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

    Raises:
        KeyError: it is no record of SQS.
    """
    return Message(
        id=record["messageId"],
        body=record["body"],
        receipt=record["receiptHandle"],
        deliveries=int(record["attributes"]["ApproximateReceiveCount"]),
    )
