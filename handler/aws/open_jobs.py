"""Jobs that have no answer yet, in the table of results.

A chat's jobs are one item, ``openjobs#CHAT``, and each job is an attribute of it, ``job:ID``: so
one read finds all of a chat's, and a condition on one attribute decides between two who write it.
The item's ``expires``, by which DynamoDB deletes it, is that of the job added last.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from handler.aws import clients as aws
from handler.jobs.job import Job
from handler.jobs.open_jobs import (
    KNOWN_SECONDS,
    OPEN_SECONDS,
    Addition,
    Cancellation,
    State,
    in_order,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_JOB: Final = "job:"

_Entry = Mapping[str, Any]


class DynamoOpenJobs:
    """A :class:`handler.jobs.open_jobs.OpenJobs` in DynamoDB.

    Its methods raise what those of :class:`handler.aws.dynamodb.DynamoResultCache` do.

    Args:
        table_name: of the table.
        client: by default the process's own.
        clock: Unix time in seconds, for tests.
    """

    def __init__(
        self,
        table_name: str,
        client: "DynamoDBClient | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table = table_name
        self._client = client or aws.client("dynamodb")
        self._clock = clock

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
        # A stranger's wish to cancel a job that was not known then counts for nothing. By the mark
        # the client's repetition of a request whose answer was lost is told from another delivery.
        is_new = "attribute_not_exists(#job) OR #job.#person <> :person OR #job.#mark = :mark"
        mark: _Entry = {"S": uuid.uuid4().hex}
        values: _Entry = {":person": {"N": str(job.person_id)}, ":mark": mark}
        entry = {**self._entry(job, State.OPEN), "mark": mark}
        before = self._set(job.chat_id, job.id, entry, is_new, values)
        if before is None:
            return Addition.NEW
        is_over = _state(before) is State.CANCELLED or "body" not in before
        return Addition.CLOSED if is_over else Addition.KNOWN

    def _replace(self, job: Job) -> None:
        self._update(
            job.chat_id,
            "SET #job.#body = :body",
            "attribute_exists(#job.#body)",
            {"#job": _JOB + job.id, "#body": "body"},
            {":body": {"S": job.model_dump_json()}},
        )

    def _remove(self, job: Job) -> None:
        names = {"#job": _JOB + job.id, "#expires": "expires"}
        condition = "#job.#expires > :never"  # there is one
        self._update(job.chat_id, "REMOVE #job", condition, names, {":never": {"N": "0"}})

    def _cancel(self, chat_id: int, job_id: str, person_id: int) -> Cancellation:
        before = self._change(
            chat_id,
            job_id,
            State.CANCELLED,
            "#job.#person = :person AND #job.#state <> :answered",
            {":person": {"N": str(person_id)}, ":answered": {"S": State.ANSWERED}},
        )
        if before is None:
            return Cancellation.DONE
        if not before:
            unknown = self._unknown(person_id, State.CANCELLED)
            before = self._set(chat_id, job_id, unknown, "attribute_not_exists(#job)")
            if before is None:
                return Cancellation.DONE
            return self._cancel(chat_id, job_id, person_id)  # it has come this very moment
        is_theirs = before["person"] == {"N": str(person_id)}
        return Cancellation.TOO_LATE if is_theirs else Cancellation.NOT_YOURS

    def _begin_answer(self, job: Job) -> bool:
        before = self._change(
            job.chat_id,
            job.id,
            State.ANSWERED,
            "attribute_exists(#job) AND #job.#state <> :cancelled",
            {":cancelled": {"S": State.CANCELLED}},
        )
        if before is None:
            return True
        if not before:  # of a job of an earlier version nothing is known
            entry = self._entry(job, State.ANSWERED)
            before = self._set(job.chat_id, job.id, entry, "attribute_not_exists(#job)")
        return before is None or _state(before) is State.ANSWERED

    def _close(self, job: Job) -> None:
        self._update(
            job.chat_id,
            "SET #job.#expires = :ends REMOVE #job.#body",
            "attribute_exists(#job)",
            {"#job": _JOB + job.id, "#expires": "expires", "#body": "body"},
            {":ends": self._after(KNOWN_SECONDS)},
        )

    def _change(
        self, chat_id: int, job_id: str, state: State, condition: str, values: _Entry
    ) -> _Entry | None:
        """Change a job's state on a condition.

        Returns:
            None when it is done; else the entry that is not as it should be, or nothing of it.
        """
        names = {"#job": _JOB + job_id, "#state": "state"}
        if "#person" in condition:
            names["#person"] = "person"
        wanted = {":state": {"S": state}, **values}
        return self._update(chat_id, "SET #job.#state = :state", condition, names, wanted)

    def _set(
        self, chat_id: int, job_id: str, entry: _Entry, condition: str, values: _Entry | None = None
    ) -> _Entry | None:
        """Write a job's entry on a condition; returns what :meth:`_change` does."""
        names = {"#job": _JOB + job_id, "#expires": "expires"}
        for name in ("person", "mark"):
            if f"#{name}" in condition:
                names[f"#{name}"] = name
        wanted = {":entry": {"M": entry}, ":ends": self._after(OPEN_SECONDS), **(values or {})}
        return self._update(
            chat_id, "SET #job = :entry, #expires = :ends", condition, names, wanted
        )

    def _update(
        self,
        chat_id: int,
        change: str,
        condition: str,
        names: Mapping[str, str],
        values: _Entry,
    ) -> _Entry | None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(chat_id),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item", {})
            return dict(item.get(names["#job"], {}).get("M", {}))
        return None

    def _remove_expired(self, chat_id: int) -> None:
        """Remove what is over of an item that later jobs keep."""
        now = self._clock()
        for job_id, entry in self._entries(chat_id).items():
            if float(entry["expires"]["N"]) <= now:
                self._update(
                    chat_id,
                    "REMOVE #job",
                    "#job.#expires = :expires",
                    {"#job": _JOB + job_id, "#expires": "expires"},
                    {":expires": entry["expires"]},
                )

    def _entries(self, chat_id: int) -> dict[str, _Entry]:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(chat_id), ConsistentRead=True
        )
        item: _Entry = answer.get("Item", {})
        return {
            name.removeprefix(_JOB): value["M"]
            for name, value in item.items()
            if name.startswith(_JOB)
        }

    def _entry(self, job: Job, state: State) -> _Entry:
        return {**self._unknown(job.person_id, state), "body": {"S": job.model_dump_json()}}

    def _unknown(self, person_id: int, state: State) -> _Entry:
        return {
            "person": {"N": str(person_id)},
            "state": {"S": state},
            "expires": self._after(OPEN_SECONDS),
        }

    def _after(self, seconds: float) -> _Entry:
        return {"N": str(round(self._clock() + seconds))}


def _key(chat_id: int) -> dict[str, Any]:
    return {"pk": {"S": f"openjobs#{chat_id}"}}


def _state(entry: _Entry | None) -> State | None:
    return State(entry["state"]["S"]) if entry else None
