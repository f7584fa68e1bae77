"""Counters in the table of results and claims: their keys begin with ``count#``."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from handler.aws import clients as aws
from handler.jobs.counters import Quota

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_TRIES: Final = 3
"""More than one only where another process counts between two questions."""


class DynamoCounters:
    """:class:`handler.jobs.counters.Counters` in DynamoDB.

    A request whose answer is lost is repeated by the client, and may then count twice. Errors are
    those of :class:`handler.aws.dynamodb.DynamoResultCache`.

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

    async def count(self, key: str, quota: Quota) -> float:
        """Count one more; returns 0.0, or how long there is no room for it, seconds."""
        return await asyncio.to_thread(self._count, key, quota)

    async def take_back(self, key: str) -> None:
        """Count one less."""
        await asyncio.to_thread(self._take_back, key)

    def _count(self, key: str, quota: Quota) -> float:
        for _ in range(_TRIES):
            now = self._clock()
            if self._add(key, quota, now) or self._begin(key, quota, now):
                return 0.0
            answer = self._client.get_item(
                TableName=self._table, Key=_key(key), ConsistentRead=True
            )
            item = answer.get("Item")
            if item and int(item["value"]["N"]) >= quota.limit:
                left = float(item["expires"]["N"]) - now
                if left > 0.0:
                    return left
        return 0.0  # it was begun anew between any two questions: there is room

    def _add(self, key: str, quota: Quota, now: float) -> bool:
        """Count in the time that runs; False when there is none, or no room in it."""
        return self._changed(
            key,
            UpdateExpression="ADD #value :one",
            ConditionExpression="#expires > :now AND #value < :limit",
            ExpressionAttributeNames={"#value": "value", "#expires": "expires"},
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":now": {"N": str(now)},
                ":limit": {"N": str(quota.limit)},
            },
        )

    def _begin(self, key: str, quota: Quota, now: float) -> bool:
        """Begin a time with the first one in it; False while one runs."""
        return self._changed(
            key,
            UpdateExpression="SET #value = :one, #expires = :end",
            ConditionExpression="attribute_not_exists(#expires) OR #expires <= :now",
            ExpressionAttributeNames={"#value": "value", "#expires": "expires"},
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":now": {"N": str(now)},
                ":end": {"N": str(math.ceil(now + quota.seconds))},
            },
        )

    def _take_back(self, key: str) -> None:
        self._changed(
            key,
            UpdateExpression="ADD #value :less",
            ConditionExpression="#value > :zero",
            ExpressionAttributeNames={"#value": "value"},
            ExpressionAttributeValues={":less": {"N": "-1"}, ":zero": {"N": "0"}},
        )

    def _changed(self, key: str, **change: Any) -> bool:
        """Change an item; False where its condition does not hold."""
        try:
            self._client.update_item(TableName=self._table, Key=_key(key), **change)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(key: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"count#{key}"}}
