"""What is done with one delivery of a job, and what becomes of the job.

A queue delivers a job again until it is acknowledged, at most so many times. A failure that may
pass therefore costs the person only time; only after the last delivery is there an apology.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from pydantic import ValidationError

from handler.jobs.failures import TookTooLongError, TryAgainError, WorkerKilledError, cause_to_log
from handler.jobs.job import Job
from handler.jobs.line import LOOK_SECONDS
from handler.jobs.queue import JobSource, Message
from handler.jobs.worker import Worker
from handler.telegram.errors import RetryAfterError

logger = logging.getLogger(__name__)

FIRST_PAUSE: Final = 30.0
"""Before the second delivery after a failure, seconds; four times as long before each further."""
LONGEST_PAUSE: Final = 900.0
RESERVED_SECONDS: Final = 15.0
"""Of the time for a message: for stopping, and for releasing it or the apology."""
VISIBILITY_MARGIN_SECONDS: Final = 30.0
"""How much longer than its process may live a message stays hidden, should that be killed."""


class MessageHandler:
    """Has the worker do the jobs of messages, and releases what was not done.

    Args:
        worker: does the jobs.
        source: of the messages.
        first_pause: see :data:`FIRST_PAUSE`.
    """

    def __init__(self, worker: Worker, source: JobSource, first_pause: float = FIRST_PAUSE) -> None:
        self._worker = worker
        self._source = source
        self._first_pause = first_pause

    async def handle(self, message: Message, seconds: float | None = None) -> bool:
        """Do the job of a message, or at least its part of this delivery.

        While a process of limited time works on it, the message is hidden only a little longer
        than that: when the process is killed, the others of its chat need not wait for the queue's
        own, longer time.

        When the task is cancelled, the message is released first, for another worker to take at
        once; where no delivery would follow, the person is told to press the button again.

        Args:
            message: just received.
            seconds: until this process may be stopped; None when it goes on for ever.

        Returns:
            True when all is done and the message is to be acknowledged. False when it is released:
            it is delivered again after a while, or, if that was the last time, rejected, and the
            person has been told.
        """
        job = _job_in(message)
        if job is None:
            await self._release(message, is_last=await self._is_last(message))
            return False
        if await self._is_beyond_last(message):
            # The process was killed in the last delivery: this one is for the apology alone.
            await self._worker.fail(job, WorkerKilledError("killed in the last delivery"))
            await self._release(message, is_last=True)
            return False
        allowed = None
        if seconds is not None:
            await self._try_to_extend_visibility(message, seconds + VISIBILITY_MARGIN_SECONDS)
            allowed = max(0.0, seconds - RESERVED_SECONDS)
        is_final = await self._is_last_of_many(message)
        try:
            async with self._keeping_line(job.chat_id):
                await self._worker.attempt(
                    job,
                    allowed,
                    is_last=self._source.counts_all and is_final,
                    is_final=is_final,
                    begin=partial(self._source.begin, message),
                )
        except TryAgainError as error:
            await self._failed(message, job, error.reason)
            return False
        except asyncio.CancelledError:
            is_last = self._source.counts_all and await self._is_last(message)
            if is_last:
                await self._worker.drop(job)
            await self._release(message, is_last=is_last, is_failure=False)
            raise
        return True

    async def show_line(self, message: Message) -> None:
        """Tell those who wait where they stand, when a message is acknowledged."""
        if job := _job_in(message):
            await self._show_line(job.chat_id)

    @asynccontextmanager
    async def _keeping_line(self, chat_id: int) -> AsyncIterator[None]:
        """Tell those who wait behind a job where they stand while it is worked on."""

        async def keep() -> None:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self._show_line(chat_id)

        keeping = asyncio.create_task(keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _show_line(self, chat_id: int) -> None:
        """Tell those who wait where they stand. Never raises: it logs."""
        try:
            await self._worker.line.show(await self._source.line(chat_id))
        except Exception as error:  # noqa: BLE001  # they read an older number
            logger.info("the line is not shown: %s", error)

    async def _failed(self, message: Message, job: Job, reason: Exception) -> None:
        if await self._is_last(message):
            await self._worker.fail(job, reason)
            await self._release(message, is_last=True)
            return
        pause = self._pause(reason, message.deliveries)
        logger.warning(
            "job %s: delivery %d failed, the next is in %.0f s: %s",
            job.id,
            message.deliveries,
            pause,
            reason,
            exc_info=cause_to_log(reason),
        )
        await self._release(message, pause)

    async def _release(
        self,
        message: Message,
        pause: float = 0.0,
        *,
        is_last: bool = False,
        is_failure: bool = True,
    ) -> None:
        """Release or reject a message. Never raises: it logs."""
        try:
            if is_last:
                await self._source.reject(message)
            else:
                await self._source.release(message, pause, is_failure=is_failure)
        except Exception as error:  # noqa: BLE001  # then it takes the visibility timeout
            logger.warning("message %s cannot be released: %s", message.id, error)

    async def _try_to_extend_visibility(self, message: Message, seconds: float) -> None:
        try:
            await self._source.extend_visibility(message, seconds)
        except Exception as error:  # noqa: BLE001  # then it takes the visibility timeout
            logger.warning("message %s cannot be hidden for %.0f s: %s", message.id, seconds, error)

    async def _is_last_of_many(self, message: Message) -> bool:
        """Say whether a delivery is the last after others; of a first one nothing is asked."""
        return message.deliveries > 1 and await self._is_last(message)

    async def _is_beyond_last(self, message: Message) -> bool:
        if message.deliveries == 1:
            return False
        limit = await self._max_deliveries()
        return limit is not None and 0 < limit < message.deliveries

    async def _is_last(self, message: Message) -> bool:
        limit = await self._max_deliveries()
        return limit is None or 0 < limit <= message.deliveries  # rather a word than silence

    async def _max_deliveries(self) -> int | None:
        try:
            return await self._source.max_deliveries()
        except Exception as error:  # noqa: BLE001  # the job matters more
            logger.warning("the queue does not say how often it delivers: %s", error)
            return None

    def _pause(self, reason: Exception, deliveries: int) -> float:
        """Say how long a failure may take to pass, seconds."""
        if isinstance(reason, TookTooLongError):
            return 0.0  # nothing has to pass: the next delivery has more time
        pause = self._first_pause * 4.0 ** min(deliveries - 1, 9)
        if isinstance(reason, RetryAfterError):
            pause = max(pause, reason.retry_after)
        return min(pause, LONGEST_PAUSE)


def _job_in(message: Message) -> Job | None:
    try:
        return Job.model_validate_json(message.body)
    except ValidationError as error:
        # What is wrong with which field, but not the message's contents.
        problems = [f"{p['loc']}: {p['type']}" for p in error.errors(include_input=False)]
        logger.error("message %s contains no job: %s", message.id, "; ".join(problems))
        return None
