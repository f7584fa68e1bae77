"""Works off an SQS queue on any host, for as long as the host is there: ``python -m handler work``.

Messages are polled for, one at a time per place. While a job is worked on, its message is held
back in short steps: when the host dies, the job is delivered to another one soon.
"""

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING, Final

from handler.aws import clients as aws
from handler.aws.sqs_messages import Message, MessageHandler
from handler.jobs.worker import Worker

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 10
"""How long SQS keeps an empty poll open; also the longest an idle consumer takes to stop."""
HOLD_SECONDS: Final = 120
"""After how long a message is delivered again when its host has died."""
RECOVERY_SECONDS: Final = 5.0
"""Pause after a poll that failed."""


class Consumer:
    """Polls a queue and has the worker do what comes.

    Args:
        worker: does the jobs.
        queue_url: of the jobs queue.
        places: jobs worked on at once; those of one chat still come one after the other.
        client: by default the process's own.
        poll_seconds: see :data:`POLL_SECONDS`.
        hold_seconds: see :data:`HOLD_SECONDS`.
    """

    def __init__(
        self,
        worker: Worker,
        queue_url: str,
        *,
        places: int = 1,
        client: "SQSClient | None" = None,
        poll_seconds: int = POLL_SECONDS,
        hold_seconds: int = HOLD_SECONDS,
    ) -> None:
        self._url = queue_url
        self._client = client or aws.client("sqs")
        self._messages = MessageHandler(worker, queue_url, self._client)
        self._places = places
        self._poll_seconds = poll_seconds
        self._hold_seconds = hold_seconds
        self._working: set[asyncio.Task[None]] = set()

    async def run(self, stopped: asyncio.Event, grace: float) -> None:
        """Work until ``stopped`` is set; then let running jobs go on for ``grace`` seconds.

        What is not done by then is handed back and begins anew elsewhere. The worker is left
        open.

        Raises:
            botocore.exceptions.ClientError: the queue is missing, or may not be asked.
            botocore.exceptions.BotoCoreError: AWS cannot be reached, at the start.
        """
        await self._messages.max_deliveries()
        places = [asyncio.create_task(self._keep_working(stopped)) for _ in range(self._places)]
        try:
            await stopped.wait()
            await asyncio.wait(places, timeout=grace)
        finally:
            stopped.set()
            for job in self._working:
                job.cancel()
            await asyncio.gather(*places)

    async def _keep_working(self, stopped: asyncio.Event) -> None:
        while not stopped.is_set():
            try:
                message = await asyncio.to_thread(self._receive)
            except Exception as error:  # noqa: BLE001  # one day AWS answers again
                logger.warning("the queue cannot be polled: %s", error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), RECOVERY_SECONDS)
                continue
            if message is None:
                continue
            if stopped.is_set():
                await self._messages.hand_back(message)
                return
            await self._work_on(message)

    async def _work_on(self, message: Message) -> None:
        """Do a job in a task of its own, so that it can be cancelled and the place not."""
        task = asyncio.create_task(self._do(message), name=f"message-{message.id}")
        self._working.add(task)
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        self._working.discard(task)
        if isinstance(outcome, Exception):
            logger.error("message %s failed", message.id, exc_info=outcome)

    async def _do(self, message: Message) -> None:
        holding = asyncio.create_task(self._keep_holding(message))
        try:
            if await self._messages.handle(message):
                await asyncio.to_thread(self._delete, message)
        finally:
            holding.cancel()

    async def _keep_holding(self, message: Message) -> None:
        while True:
            await asyncio.sleep(self._hold_seconds / 3)
            try:
                await self._messages.hold(message, self._hold_seconds)
            except Exception as error:  # noqa: BLE001  # the worst case is a job done twice
                logger.warning("message %s cannot be held: %s", message.id, error)

    def _receive(self) -> Message | None:
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self._poll_seconds,
            VisibilityTimeout=self._hold_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
            # When an answer is lost, the client's repetition gets the same message, not none.
            ReceiveRequestAttemptId=uuid.uuid4().hex,
        )
        messages = answer.get("Messages", [])
        return Message.from_poll(messages[0]) if messages else None

    def _delete(self, message: Message) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
