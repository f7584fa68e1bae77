"""A job in an SQS message, whoever received it: what is done with it, and what becomes of it.

SQS delivers a message again until it is deleted, at most as often as the queue's redrive policy
says, and then moves it to the dead letters. A failure that may pass therefore costs the person
only time; only after the last delivery is there an apology.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import ValidationError

from handler.aws import clients as aws
from handler.jobs.failures import TookTooLongError, TryAgainError, cause_to_log
from handler.jobs.job import Job
from handler.jobs.worker import Worker
from handler.telegram.errors import RetryAfterError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

logger = logging.getLogger(__name__)

FIRST_PAUSE: Final = 30.0
"""Before the second delivery after a failure, seconds; four times as long before each further."""
LONGEST_PAUSE: Final = 900.0
RESERVED_SECONDS: Final = 15.0
"""Of the time for a message: for stopping, and for handing it back or the apology."""
HOLD_MARGIN_SECONDS: Final = 30.0
"""How much later than its process may live a message comes again, when that was killed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as received, by a poll or as an event of a function."""

    id: str
    body: str
    receipt: str
    """Names this delivery of the message to SQS."""
    deliveries: int
    """How often it was delivered, this time included."""

    @classmethod
    def from_poll(cls, message: "MessageTypeDef") -> Self:
        """Read what ``receive_message`` returned, ``ApproximateReceiveCount`` included."""
        return cls(
            id=message["MessageId"],
            body=message["Body"],
            receipt=message["ReceiptHandle"],
            deliveries=int(message["Attributes"]["ApproximateReceiveCount"]),
        )

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read one of the ``Records`` of a function's SQS event.

        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

        Raises:
            KeyError: it is no record of SQS.
        """
        return cls(
            id=record["messageId"],
            body=record["body"],
            receipt=record["receiptHandle"],
            deliveries=int(record["attributes"]["ApproximateReceiveCount"]),
        )


class MessageHandler:
    """Has the worker do the jobs of messages, and hands back what was not done.

    Args:
        worker: does the jobs.
        queue_url: of the queue that the messages are from.
        client: by default the process's own.
    """

    def __init__(self, worker: Worker, queue_url: str, client: "SQSClient | None" = None) -> None:
        self._worker = worker
        self._url = queue_url
        self._client = client or aws.client("sqs")
        self._max_deliveries: int | None = None

    async def handle(self, message: Message, seconds: float | None = None) -> bool:
        """Do the job of a message, or at least its part of this delivery.

        While a process of limited time works on it, the message is held back only a little longer
        than that: when the process is killed, the others of its chat need not wait for the queue's
        own, longer time.

        When the task is cancelled, the message is handed back first, for another worker to take
        at once; the person of a last delivery is told to press the button again.

        Args:
            message: just received.
            seconds: until this process may be stopped; None when it goes on for ever.

        Returns:
            True when all is done and the message is to be deleted. False when it is handed back:
            it is delivered again after a while, or, if that was the last time, goes to the dead
            letters, and the person has been told.
        """
        job = _job_in(message)
        if job is None:
            await self.hand_back(message)
            return False
        allowed = None
        if seconds is not None:
            await self._try_to_hold(message, seconds + HOLD_MARGIN_SECONDS)
            allowed = max(0.0, seconds - RESERVED_SECONDS)
        try:
            await self._worker.attempt(job, allowed, is_last=await self._is_last_of_many(message))
        except TryAgainError as error:
            await self._failed(message, job, error.reason)
            return False
        except asyncio.CancelledError:
            if await self._is_last(message):
                await self._worker.drop(job)
            await self.hand_back(message)
            raise
        return True

    async def hand_back(self, message: Message, pause: float = 0.0) -> None:
        """Let a message be delivered again after ``pause`` seconds. Never raises: it logs."""
        await self._try_to_hold(message, pause)

    async def hold(self, message: Message, seconds: int) -> None:
        """Keep a message from being delivered again for ``seconds`` from now on.

        Raises:
            botocore.exceptions.ClientError: it is not in this process's hands any more.
            botocore.exceptions.BotoCoreError: AWS cannot be reached.
        """
        await asyncio.to_thread(
            self._client.change_message_visibility,
            QueueUrl=self._url,
            ReceiptHandle=message.receipt,
            VisibilityTimeout=seconds,
        )

    async def max_deliveries(self) -> int:
        """Return how often the queue delivers a message; 0 when for ever. Asks only once.

        Raises:
            botocore.exceptions.ClientError: the queue is missing, or may not be asked.
            botocore.exceptions.BotoCoreError: AWS cannot be reached.
        """
        if self._max_deliveries is None:
            answer = await asyncio.to_thread(
                self._client.get_queue_attributes,
                QueueUrl=self._url,
                AttributeNames=["RedrivePolicy"],
            )
            policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
            self._max_deliveries = int(policy.get("maxReceiveCount", 0))
        return self._max_deliveries

    async def _try_to_hold(self, message: Message, seconds: float) -> None:
        try:
            await self.hold(message, round(seconds))
        except Exception as error:  # noqa: BLE001  # then it takes the visibility timeout
            logger.warning(
                "message %s cannot be set to come in %.0f s: %s", message.id, seconds, error
            )

    async def _failed(self, message: Message, job: Job, reason: Exception) -> None:
        if await self._is_last(message):
            await self._worker.fail(job, reason)
            await self.hand_back(message)  # to the dead letters, for us to see
            return
        pause = _pause(reason, message.deliveries)
        logger.warning(
            "job %s: delivery %d failed, the next is in %.0f s: %s",
            job.id,
            message.deliveries,
            pause,
            reason,
            exc_info=cause_to_log(reason),
        )
        await self.hand_back(message, pause)

    async def _is_last_of_many(self, message: Message) -> bool:
        """Say whether a delivery is the last after others; of a first one nothing is asked."""
        return message.deliveries > 1 and await self._is_last(message)

    async def _is_last(self, message: Message) -> bool:
        try:
            limit = await self.max_deliveries()
        except Exception as error:  # noqa: BLE001  # rather a word too many than silence
            logger.warning("the queue does not say how often it delivers: %s", error)
            return True
        return 0 < limit <= message.deliveries


def _job_in(message: Message) -> Job | None:
    try:
        return Job.model_validate_json(message.body)
    except ValidationError as error:
        # What is wrong with which field, but not the message's contents.
        problems = [f"{p['loc']}: {p['type']}" for p in error.errors(include_input=False)]
        logger.error("message %s holds no job: %s", message.id, "; ".join(problems))
        return None


def _pause(reason: Exception, deliveries: int) -> float:
    """Say how long a failure may take to pass, seconds."""
    if isinstance(reason, TookTooLongError):
        return 0.0  # nothing has to pass: the next delivery has more time
    pause = FIRST_PAUSE * 4.0 ** (deliveries - 1)
    if isinstance(reason, RetryAfterError):
        pause = max(pause, reason.retry_after)
    return min(pause, LONGEST_PAUSE)
