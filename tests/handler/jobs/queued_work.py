"""Work for a queue, which ends when the test says so."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from handler.jobs.job import Job
from handler.jobs.local import LocalJobQueue


class Work:
    """Jobs that end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.dropped: list[str] = []
        self._may_end: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._changed = asyncio.Condition()

    async def process(self, job: Job) -> None:
        await self._note(self.begun, job)
        await self._may_end[job.id].wait()
        await self._note(self.ended, job)

    async def drop(self, job: Job) -> None:
        self.dropped.append(job.id)

    def end(self, *ids: str) -> None:
        for job_id in ids:
            self._may_end[job_id].set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(condition)

    async def _note(self, ids: list[str], job: Job) -> None:
        async with self._changed:
            ids.append(job.id)
            self._changed.notify_all()


async def started(work: Work, capacity: int = 10, workers: int = 2) -> LocalJobQueue:
    queue = LocalJobQueue(work.process, capacity, workers, on_dropped=work.drop)
    queue.start()
    return queue
