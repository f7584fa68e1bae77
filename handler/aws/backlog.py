"""How many jobs wait in SQS or are worked on, of a chat and in all: SQS bounds neither.

In the table of results and claims, under keys that begin with ``backlog#``. Each chat has an item
with the ids of its jobs, so that a repeated request counts once; a job that ends without a word,
because its host died in the last delivery, counts until SQS would have dropped it anyway. The
total is a number. It may come to differ from the truth, by answers that are lost; at the bound SQS
is asked for the truth, now and then.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from handler.aws.table import Table
from handler.jobs.queue import QueueFullError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

RETRY_SECONDS: Final = 60.0
"""When a new try makes sense at the bound."""
TRUST_SECONDS: Final = 3600.0
"""How long the total is believed before SQS is asked, which knows nothing of the last moments."""
_TOTAL: Final = "backlog#"
_TRIES: Final = 3
"""More than one only where an item has to be made or tidied first."""


class DynamoBacklog(Table):
    """Counts jobs, by chat and in all, and refuses what goes beyond.

    Args:
        table_name: of the table.
        capacity: jobs in all.
        chat_capacity: jobs of one chat.
        client: by default the process's own.
        clock: Unix time in seconds, for tests.
    """

    def __init__(
        self,
        table_name: str,
        *,
        capacity: int,
        chat_capacity: int,
        client: "DynamoDBClient | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(table_name, client, clock)
        self._capacity = capacity
        self._chat_capacity = chat_capacity

    async def jobs(self, chat_id: int) -> Collection[str]:
        """Return the ids of a chat's jobs."""
        return await asyncio.to_thread(self._jobs, chat_id)

    async def own(self, chat_id: int) -> Collection[str]:
        """Return the ids of a chat's jobs, to which one more is to come.

        Raises:
            QueueFullError: no more have room.
        """
        jobs = await self.jobs(chat_id)
        if len(jobs) >= self._chat_capacity:
            raise QueueFullError(RETRY_SECONDS, own=len(jobs))
        return jobs

    async def enter(
        self, chat_id: int, job_id: str, seconds: float, real_total: Callable[[], int]
    ) -> None:
        """Count a job, once however often it is entered.

        Args:
            chat_id: of the job.
            job_id: of the job.
            seconds: after which it is gone, whatever became of it.
            real_total: asks SQS, in a thread.

        Raises:
            QueueFullError: no room, for this chat or at all.
        """
        await asyncio.to_thread(self._enter, chat_id, job_id, seconds, real_total)

    async def leave(self, chat_id: int, job_id: str) -> None:
        """Count a job no more."""
        await asyncio.to_thread(self._leave, chat_id, job_id)

    def _enter(
        self, chat_id: int, job_id: str, seconds: float, real_total: Callable[[], int]
    ) -> None:
        if not self._enter_chat(chat_id, job_id, self._after(seconds)):
            return
        if self._add_to_total() or (self._correct_total(real_total) and self._add_to_total()):
            return
        self._leave_chat(chat_id, job_id)
        raise QueueFullError(RETRY_SECONDS)

    def _enter_chat(self, chat_id: int, job_id: str, end: int) -> bool:
        """Put a job among those of its chat; False where it is there already."""
        for _ in range(_TRIES):
            jobs = self._jobs(chat_id)
            if job_id in jobs:
                return False
            if len(jobs) >= self._chat_capacity:
                raise QueueFullError(RETRY_SECONDS, own=len(jobs))
            entered = self._update(
                _chat(chat_id),
                "SET #jobs.#id = :end, #expires = :end",
                # Of those that expired some may still be there: they are tidied below.
                "attribute_exists(#jobs) AND size(#jobs) < :limit AND"
                " attribute_not_exists(#jobs.#id)",
                {"id": job_id},
                end=end,
                limit=self._chat_capacity,
            )
            if entered is None:
                return True
            self._tidy(chat_id)
        raise QueueFullError(RETRY_SECONDS)  # others of the same chat are quicker, every time

    def _tidy(self, chat_id: int) -> None:
        """Make a chat's item where there is none, and drop what has expired from it."""
        self._changed(_chat(chat_id), "SET #jobs = :none", "attribute_not_exists(#jobs)", none={})
        now = self._clock()
        for job_id, end in self._all_jobs(chat_id).items():
            if end <= now:
                self._leave(chat_id, job_id)

    def _leave(self, chat_id: int, job_id: str) -> None:
        if self._leave_chat(chat_id, job_id):
            self._changed(_TOTAL, "ADD #value :less", "#value > :zero", less=-1, zero=0)

    def _leave_chat(self, chat_id: int, job_id: str) -> bool:
        """Take a job from those of its chat; False where it is not there."""
        is_there = "attribute_exists(#jobs.#id)"
        return self._update(_chat(chat_id), "REMOVE #jobs.#id", is_there, {"id": job_id}) is None

    def _add_to_total(self) -> bool:
        """Count one more in all; False where there is no room."""
        return self._changed(
            _TOTAL,
            "SET #checked = if_not_exists(#checked, :now) ADD #value :one",
            "attribute_not_exists(#value) OR #value < :limit",
            one=1,
            now=self._clock(),
            limit=self._capacity,
        )

    def _correct_total(self, real_total: Callable[[], int]) -> bool:
        """Set the total to what SQS says, where that is less; one process does, now and then."""
        now = self._clock()
        return self._changed(
            _TOTAL,
            "SET #checked = :now",
            "#checked <= :before",
            now=now,
            before=now - TRUST_SECONDS,
        ) and self._changed(_TOTAL, "SET #value = :real", "#value > :real", real=real_total())

    def _jobs(self, chat_id: int) -> dict[str, float]:
        """Return when each job of a chat that counts will be gone, by its id."""
        now = self._clock()
        return {id_: end for id_, end in self._all_jobs(chat_id).items() if end > now}

    def _all_jobs(self, chat_id: int) -> dict[str, float]:
        jobs = self._item(_chat(chat_id)).get("jobs", {}).get("M", {})
        return {job_id: float(end["N"]) for job_id, end in jobs.items()}


def _chat(chat_id: int) -> str:
    return f"backlog#{chat_id}"
