"""Consumes a queue of jobs, wherever it lives.

While a job is worked on, its visibility is extended in short steps: when the process dies, the job
is delivered to another one soon.
"""

import asyncio
import logging
from typing import Final

from handler.jobs.messages import FIRST_PAUSE, MessageHandler
from handler.jobs.queue import JobSource, LeaseLostError, Message
from handler.jobs.worker import Worker
from handler.waiting import wait_at_most

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 10.0
"""How long one wait for a job lasts; also the longest an idle consumer of SQS takes to stop."""
VISIBILITY_SECONDS: Final = 120.0
"""After how long a job is delivered again when its host has died."""
RECOVERY_SECONDS: Final = 5.0
"""Pause after a queue could not be asked."""


class Consumer:
    """Receives jobs and has the worker do what comes.

    Args:
        worker: does the jobs.
        source: of the jobs.
        concurrency: jobs worked on at once; those of one chat still come one after the other.
        poll_seconds: see :data:`POLL_SECONDS`.
        visibility_seconds: see :data:`VISIBILITY_SECONDS`.
        first_pause: see :data:`handler.jobs.messages.FIRST_PAUSE`.
    """

    def __init__(
        self,
        worker: Worker,
        source: JobSource,
        *,
        concurrency: int = 1,
        poll_seconds: float = POLL_SECONDS,
        visibility_seconds: float = VISIBILITY_SECONDS,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._source = source
        self._messages = MessageHandler(worker, source, first_pause)
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        self._visibility_seconds = visibility_seconds
        self._draining = False
        self.done = 0
        """Jobs worked on so far, whatever came of them."""
        self._polling = asyncio.Lock()
        self._receiving: set[asyncio.Task[Message | None]] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._telling: asyncio.Task[None] | None = None

    async def run(self, stopped: asyncio.Event, grace: float) -> None:
        """Work until ``stopped`` is set; then let running jobs go on for ``grace`` seconds.

        What is not done by then is released and begins anew elsewhere. The worker is left open.

        Raises:
            Exception: the queue is missing, may not be asked, or cannot be reached at the start.
        """
        await self._source.max_deliveries()
        loops = [asyncio.create_task(self._keep_working(stopped)) for _ in range(self._concurrency)]
        stopping = asyncio.create_task(stopped.wait())
        try:
            ended = asyncio.ensure_future(asyncio.wait(loops))
            await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
            self.drain()
            await asyncio.wait(loops, timeout=grace)
        finally:
            stopping.cancel()
            self.drain()
            for job in self._working:
                job.cancel()
            await asyncio.gather(*loops)
            if self._telling:
                self._telling.cancel()
                await asyncio.wait([self._telling])

    def drain(self) -> None:
        """Begin no more jobs; :meth:`run` returns when those that are begun are done."""
        self._draining = True
        for task in self._receiving:
            task.cancel()

    async def _keep_working(self, stopped: asyncio.Event) -> None:
        while not self._draining:
            message = await self._receive()
            if isinstance(message, Message):
                await self._work_on(message)
            elif isinstance(message, Exception):  # one day the queue answers again
                logger.warning("the queue cannot be polled: %s", message)
                await wait_at_most(stopped, RECOVERY_SECONDS)

    async def _receive(self) -> Message | BaseException | None:
        """Wait for a job in a task of its own, which can be cancelled without ending the loop."""
        task = asyncio.create_task(self._poll())
        self._receiving.add(task)
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        self._receiving.discard(task)
        return outcome

    async def _poll(self) -> Message | None:
        """Ask the queue, one loop at a time.

        A poll costs money, and one that is open when its process is killed may still take a job.
        """
        async with self._polling:
            return await self._source.receive(self._poll_seconds, self._visibility_seconds)

    async def _work_on(self, message: Message) -> None:
        """Do a job in a task of its own, which can be cancelled without ending the loop."""
        task = asyncio.create_task(self._do(message), name=f"message-{message.id}")
        self._working.add(task)
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        self._working.discard(task)
        self.done += 1
        if isinstance(outcome, Exception):
            logger.error("message %s failed", message.id, exc_info=outcome)

    async def _do(self, message: Message) -> None:
        extending = asyncio.create_task(self._keep_extending(message))
        try:
            is_done = await self._messages.handle(message)
        finally:
            extending.cancel()
        if is_done:  # hidden for long enough: what is deleted cannot be extended
            await self._source.acknowledge(message)
            self._tell_those_who_wait(message)

    def _tell_those_who_wait(self, message: Message) -> None:
        """Show the line anew, beside the next job, unless that is being done."""
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._messages.show_line(message))

    async def _keep_extending(self, message: Message) -> None:
        while True:
            await asyncio.sleep(self._visibility_seconds / 3)
            try:
                await self._source.extend_visibility(message, self._visibility_seconds)
            except LeaseLostError as error:
                logger.warning("message %s: %s", message.id, error)
                return
            except Exception as error:  # noqa: BLE001  # the worst case is a job done twice
                logger.warning("message %s cannot be hidden any longer: %s", message.id, error)
