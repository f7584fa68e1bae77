"""Jobs that have no answer yet, in the table.

A chat's jobs are one item, ``openjobs#CHAT``, and each job is an attribute of it, ``job:ID``: so
one read finds all of a chat's, and a condition on one attribute decides between two who write it.
The item's ``expires``, by which DynamoDB deletes it, is that of the job added last.
"""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, Final

from handler.aws.table import Item, Table, attribute
from handler.jobs.job import Job
from handler.jobs.open_jobs import (
    KNOWN_SECONDS,
    OPEN_SECONDS,
    Addition,
    Cancellation,
    State,
    in_order,
)

_JOB: Final = "job:"


class DynamoOpenJobs(Table):
    """A :class:`handler.jobs.open_jobs.OpenJobs` in DynamoDB."""

    async def add(self, job: Job) -> Addition:
        """Note a job before anything is said about it, or return what is known of it."""
        return await asyncio.to_thread(self._add, job)

    async def replace(self, job: Job) -> None:
        """Note what has become known of a job."""
        await asyncio.to_thread(self._replace, job)

    async def remove(self, job: Job) -> None:
        """Forget a job of which nothing came."""
        await asyncio.to_thread(self._remove, job)

    async def cancel(self, chat_id: int, job_id: str, person_id: int) -> Cancellation:
        """Cancel a job for the person whose it is; a job that is not known yet will be."""
        return await asyncio.to_thread(self._cancel, chat_id, job_id, person_id)

    async def begin_answer(self, job: Job) -> bool:
        """Say that a job gets its answer now; False when it was cancelled."""
        return await asyncio.to_thread(self._begin_answer, job)

    async def is_cancelled(self, job: Job) -> bool:
        """Tell whether a job was cancelled."""
        entries = await asyncio.to_thread(self._entries, job.chat_id)
        return _state(entries.get(job.id)) is State.CANCELLED

    async def is_open(self, job: Job) -> bool:
        """Tell whether a job still waits for its answer; one that is not known may."""
        entry = (await asyncio.to_thread(self._entries, job.chat_id)).get(job.id)
        return entry is None or (_state(entry) is State.OPEN and "body" in entry)

    async def job(self, chat_id: int, job_id: str) -> Job | None:
        """Return a job that is not closed, whatever its state."""
        entry = (await asyncio.to_thread(self._entries, chat_id)).get(job_id, {})
        return Job.model_validate_json(entry["body"]["S"]) if "body" in entry else None

    async def of_chat(self, chat_id: int) -> list[Job]:
        """Return a chat's jobs that are open, in the order in which they were asked for."""
        entries, now = await asyncio.to_thread(self._entries, chat_id), self._clock()
        return in_order(
            Job.model_validate_json(entry["body"]["S"])
            for entry in entries.values()
            if "body" in entry
            and _state(entry) is State.OPEN
            and float(entry["expires"]["N"]) > now
        )

    async def close(self, job: Job) -> None:
        """Say that the person has the answer."""
        await asyncio.to_thread(self._close, job)

    def _add(self, job: Job) -> Addition:
        self._remove_expired(job.chat_id)
        mark = uuid.uuid4().hex
        before = self._set(
            job.chat_id,
            job.id,
            {**_entry(job, State.OPEN), "mark": mark},
            # A stranger's wish to cancel a job that was not known then counts for nothing. By the
            # mark the client's repetition of a request whose answer was lost is told from another
            # delivery.
            "attribute_not_exists(#job) OR #job.#person <> :person OR #job.#mark = :mark",
            person=job.person_id,
            mark=mark,
        )
        if before is None:
            return Addition.NEW
        is_over = _state(before) is State.CANCELLED or "body" not in before
        return Addition.CLOSED if is_over else Addition.KNOWN

    def _replace(self, job: Job) -> None:
        change, is_open = "SET #job.#body = :body", "attribute_exists(#job.#body)"
        self._change(job.chat_id, job.id, change, is_open, body=job.model_dump_json())

    def _remove(self, job: Job) -> None:
        self._change(job.chat_id, job.id, "REMOVE #job", "attribute_exists(#job)")

    def _cancel(self, chat_id: int, job_id: str, person_id: int) -> Cancellation:
        before = self._change(
            chat_id,
            job_id,
            "SET #job.#state = :state",
            "#job.#person = :person AND #job.#state <> :answered",
            state=State.CANCELLED,
            person=person_id,
            answered=State.ANSWERED,
        )
        if before is None:
            return Cancellation.DONE
        if not before:
            unknown = {"person": person_id, "state": State.CANCELLED}
            before = self._set(chat_id, job_id, unknown, "attribute_not_exists(#job)")
            if before is None:
                return Cancellation.DONE
            return self._cancel(chat_id, job_id, person_id)  # it has come this very moment
        is_theirs = before["person"] == attribute(person_id)
        return Cancellation.TOO_LATE if is_theirs else Cancellation.NOT_YOURS

    def _begin_answer(self, job: Job) -> bool:
        before = self._change(
            job.chat_id,
            job.id,
            "SET #job.#state = :state",
            "attribute_exists(#job) AND #job.#state <> :cancelled",
            state=State.ANSWERED,
            cancelled=State.CANCELLED,
        )
        if before is None:
            return True
        if not before:  # of a job of an earlier version nothing is known
            entry = _entry(job, State.ANSWERED)
            before = self._set(job.chat_id, job.id, entry, "attribute_not_exists(#job)")
        return before is None or _state(before) is State.ANSWERED

    def _close(self, job: Job) -> None:
        change, is_known = "SET #job.#expires = :ends REMOVE #job.#body", "attribute_exists(#job)"
        self._change(job.chat_id, job.id, change, is_known, ends=self._after(KNOWN_SECONDS))

    def _set(
        self, chat_id: int, job_id: str, entry: Mapping[str, Any], condition: str, **values: Any
    ) -> Item | None:
        """Write a job's entry on a condition; returns what :meth:`_change` does."""
        ends = self._after(OPEN_SECONDS)
        values |= {"entry": {**entry, "expires": ends}, "ends": ends}
        change = "SET #job = :entry, #expires = :ends"
        return self._change(chat_id, job_id, change, condition, **values)

    def _change(
        self, chat_id: int, job_id: str, change: str, condition: str, **values: Any
    ) -> Item | None:
        """Change a job's entry, ``#job``, on a condition.

        Returns:
            None when it is done; else the entry that is not as it should be, or nothing of it.
        """
        name = _JOB + job_id
        before = self._update(_pk(chat_id), change, condition, {"job": name}, **values)
        return before if before is None else before.get(name, {}).get("M", {})

    def _remove_expired(self, chat_id: int) -> None:
        """Remove what is over of an item that later jobs keep."""
        now = self._clock()
        for job_id, entry in self._entries(chat_id).items():
            if float(entry["expires"]["N"]) <= now:
                self._change(chat_id, job_id, "REMOVE #job", "#job.#expires <= :now", now=now)

    def _entries(self, chat_id: int) -> dict[str, Item]:
        return {
            name.removeprefix(_JOB): value["M"]
            for name, value in self._item(_pk(chat_id)).items()
            if name.startswith(_JOB)
        }


def _pk(chat_id: int) -> str:
    return f"openjobs#{chat_id}"


def _entry(job: Job, state: State) -> dict[str, Any]:
    return {"person": job.person_id, "state": state, "body": job.model_dump_json()}


def _state(entry: Item | None) -> State | None:
    return State(entry["state"]["S"]) if entry else None
