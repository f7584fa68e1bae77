"""Results and claims in an Amazon DynamoDB table, shared by all functions and workers.

Beside them lie the notes of :mod:`handler.aws.memory`.

The table's key is the string ``pk``: ``result#…`` or ``claim#…``. Its TTL attribute is
``expires``, a Unix time in whole seconds. DynamoDB takes days to delete what has expired, so an
expired item counts as absent here from its second on.
"""

import asyncio
import math
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from handler.aws import clients as aws
from handler.jobs.results import Result

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

RESULT_SECONDS: Final = 30 * 24 * 3600
"""How long a result is remembered."""

_FREE_OR_OURS: Final = "attribute_not_exists(#pk) OR #expires <= :now OR #mark = :mark"


class DynamoResultCache:
    """A :class:`handler.jobs.results.ResultCache` in DynamoDB.

    Its methods raise ``botocore.exceptions.ClientError`` when the table is missing or not
    allowed, and ``BotoCoreError`` when AWS cannot be reached.

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

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        return await asyncio.to_thread(self._get, key)

    async def put(self, key: str, result: Result) -> None:
        """Remember a result for :data:`RESULT_SECONDS`, in place of an older one."""
        await asyncio.to_thread(self._put, key, result)

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        await asyncio.to_thread(self._delete, _result_key(key))

    async def claim(self, key: str, seconds: float, holder: str = "") -> bool:
        """Claim a piece of work for ``seconds``; False when somebody else holds it already."""
        return await asyncio.to_thread(self._claim, key, seconds, holder)

    async def release(self, key: str) -> None:
        """End a claim, so that the work can be asked for again."""
        await asyncio.to_thread(self._delete, _claim_key(key))

    async def complete(self, key: str, seconds: float, holder: str = "") -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        await asyncio.to_thread(self._complete, key, seconds, holder)

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        item = await asyncio.to_thread(self._item, _claim_key(key))
        return item is not None and "complete" in item

    def _get(self, key: str) -> Result | None:
        item = self._item(_result_key(key))
        if item is None:
            return None
        try:
            return Result.model_validate_json(item["result"]["S"])
        except (KeyError, ValidationError):  # written by another version: as good as unknown
            return None

    def _put(self, key: str, result: Result) -> None:
        self._client.put_item(
            TableName=self._table,
            Item={
                "pk": {"S": _result_key(key)},
                "result": {"S": result.model_dump_json(exclude_defaults=True)},
                "expires": {"N": self._after(RESULT_SECONDS)},
            },
        )

    def _claim(self, key: str, seconds: float, holder: str) -> bool:
        # The client repeats a request whose answer was lost; by its own mark the repetition
        # recognises that the first one took the claim.
        mark = holder or uuid.uuid4().hex
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": _claim_key(key)},
                    "mark": {"S": mark},
                    "expires": {"N": self._after(seconds)},
                },
                ConditionExpression=_FREE_OR_OURS,
                ExpressionAttributeNames={"#pk": "pk", "#expires": "expires", "#mark": "mark"},
                ExpressionAttributeValues={
                    ":now": {"N": str(self._clock())},
                    ":mark": {"S": mark},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _complete(self, key: str, seconds: float, holder: str) -> None:
        self._client.put_item(
            TableName=self._table,
            Item={
                "pk": {"S": _claim_key(key)},
                "mark": {"S": holder},
                "complete": {"BOOL": True},
                "expires": {"N": self._after(seconds)},
            },
        )

    def _item(self, pk: str) -> "dict[str, AttributeValueTypeDef] | None":
        """Return an item that has not expired."""
        answer = self._client.get_item(
            TableName=self._table, Key={"pk": {"S": pk}}, ConsistentRead=True
        )
        item = answer.get("Item")
        return item if item and float(item["expires"]["N"]) > self._clock() else None

    def _delete(self, pk: str) -> None:
        self._client.delete_item(TableName=self._table, Key={"pk": {"S": pk}})

    def _after(self, seconds: float) -> str:
        return str(math.ceil(self._clock() + seconds))


def _result_key(key: str) -> str:
    return f"result#{key}"


def _claim_key(key: str) -> str:
    return f"claim#{key}"
