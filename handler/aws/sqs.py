"""The job queue in Amazon SQS: workers elsewhere take the jobs.

The queue is a FIFO queue. A chat is a message group: the jobs of one chat run one after the other
in order, and the chats do not wait for each other. A job's id is the deduplication id: a press
that Telegram delivers again within five minutes makes no second job.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from handler.aws import clients as aws
from handler.jobs.job import Job
from handler.jobs.queue import QueueFullError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

RETRY_SECONDS: Final = 5.0
"""When a new try makes sense after throttling that outlasted the client's own retries."""
THROTTLED: Final = frozenset(
    {
        "KmsThrottled",
        "KMS.ThrottlingException",
        "OverLimit",
        "AWS.SimpleQueueService.OverLimit",
        "RequestThrottled",
        "Throttling",
        "ThrottlingException",
    }
)
"""Error codes that mean "later", with and without the prefix of the older protocol."""
USUAL_RETENTION_SECONDS: Final = 4 * 24 * 3600
"""How long SQS keeps messages unless a queue says otherwise, as the template's does not."""

logger = logging.getLogger(__name__)


class SqsJobQueue:
    """A :class:`handler.jobs.queue.JobQueue` in SQS.

    Args:
        queue_url: of a FIFO queue.
        client: by default the process's own.
    """

    def __init__(self, queue_url: str, client: "SQSClient | None" = None) -> None:
        self._url = queue_url
        self._client = client or aws.client("sqs")
        self._retention: int | None = None

    async def reserve(self, chat_id: int) -> int:  # noqa: ARG002  # there is room for all
        """Return 0, see :meth:`put`: the queue is not bounded."""
        return 0

    async def release(self, chat_id: int) -> None:
        """Do nothing: no place is kept."""

    async def put(self, job: Job) -> int:
        """Hand in a job.

        Returns:
            0: as many workers start as there are chats with jobs, so none need be before it.

        Raises:
            QueueFullError: AWS asks to come back later.
            botocore.exceptions.ClientError: the queue is missing, or may not be written to.
            botocore.exceptions.BotoCoreError: AWS cannot be reached.
        """
        await asyncio.to_thread(self._send, job)
        return 0

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

    def _ask_for_retention(self) -> int:
        answer = self._client.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["MessageRetentionPeriod"]
        )
        return int(answer["Attributes"]["MessageRetentionPeriod"])

    def _send(self, job: Job) -> None:
        from botocore.exceptions import ClientError  # noqa: PLC0415  # only where AWS is used

        try:
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=job.model_dump_json(),
                MessageGroupId=str(job.chat_id),
                MessageDeduplicationId=job.id,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in THROTTLED:
                raise QueueFullError(RETRY_SECONDS) from error
            raise
