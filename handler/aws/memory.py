"""What is remembered of people, in the table of results.

A person's notes of one topic are one item, ``memory#PERSON#TOPIC``, and each note is an attribute
of it, ``note:KEY``: so notes that are put at once do not overwrite each other, and everything of a
person is found without an index. The item's ``expires``, by which DynamoDB deletes it, is that of
its latest note.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from handler.aws import clients as aws
from handler.jobs.memory import TOPICS, Note, Topic

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_NOTE: Final = "note:"

_Item = dict[str, Any]


class DynamoMemory:
    """A :class:`handler.jobs.memory.Memory` in DynamoDB.

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

    async def get(self, person: int, topic: Topic, key: str = "") -> Note | None:
        """Return a note, if it is still known."""
        return (await self.entries(person, topic, key)).get(key)

    async def entries(self, person: int, topic: Topic, prefix: str = "") -> dict[str, Note]:
        """Return a person's notes of a topic whose keys begin so, in the order of their keys."""
        return await asyncio.to_thread(self._entries, person, topic, prefix)

    async def put(self, person: int, topic: Topic, note: Note, key: str = "") -> None:
        """Remember a note for the topic's time from now, in place of one under the same key."""
        await asyncio.to_thread(self._put, person, topic, note, key)

    async def delete(self, person: int, topic: Topic, key: str = "") -> None:
        """Drop a note; one that is not known is no error."""
        await asyncio.to_thread(self._delete, person, topic, key)

    async def forget(self, person: int) -> None:
        """Drop everything that is remembered of a person."""
        await asyncio.to_thread(self._forget, person)

    def _entries(self, person: int, topic: Topic, prefix: str) -> dict[str, Note]:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(person, topic), ConsistentRead=True
        )
        item: _Item = dict(answer.get("Item", {}))
        start, now = _NOTE + prefix, self._clock()
        return {
            name.removeprefix(_NOTE): json.loads(item[name]["M"]["note"]["S"])
            for name in sorted(item)
            if name.startswith(start) and not _is_over(item[name], now)
        }

    def _put(self, person: int, topic: Topic, note: Note, key: str) -> None:
        value: _Item = {"note": {"S": json.dumps(dict(note))}}
        change, names = "SET #note = :note", {"#note": _NOTE + key}
        values: _Item = {":note": {"M": value}}
        if topic.seconds is not None:
            ends = self._clock() + topic.seconds
            value["expires"] = {"N": str(ends)}
            change += ", #expires = :expires"
            names["#expires"] = "expires"
            values[":expires"] = {"N": str(math.ceil(ends))}
        answer = self._client.update_item(
            TableName=self._table,
            Key=_key(person, topic),
            UpdateExpression=change,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )
        self._delete_expired(person, topic, dict(answer.get("Attributes", {})))

    def _delete_expired(self, person: int, topic: Topic, item: _Item) -> None:
        """Delete what is over of an item that a later note keeps."""
        now = self._clock()
        for name, value in item.items():
            if name.startswith(_NOTE) and _is_over(value, now):
                self._remove(person, topic, name, value)

    def _delete(self, person: int, topic: Topic, key: str) -> None:
        self._remove(person, topic, _NOTE + key)

    def _remove(self, person: int, topic: Topic, name: str, value: Any = None) -> None:
        """Remove an attribute, where it is there and, if ``value`` is given, has that value."""
        where = "attribute_exists(#name)" if value is None else "#name = :value"
        values: Any = {} if value is None else {"ExpressionAttributeValues": {":value": value}}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(person, topic),
                UpdateExpression="REMOVE #name",
                ConditionExpression=where,
                ExpressionAttributeNames={"#name": name},
                **values,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it is gone, or new, by now

    def _forget(self, person: int) -> None:
        for topic in TOPICS:
            self._client.delete_item(TableName=self._table, Key=_key(person, topic))


def _key(person: int, topic: Topic) -> _Item:
    return {"pk": {"S": f"memory#{person}#{topic.name}"}}


def _is_over(value: Any, now: float) -> bool:
    expires = value["M"].get("expires")
    return expires is not None and float(expires["N"]) <= now
