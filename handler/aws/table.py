"""The one table in Amazon DynamoDB, shared by all functions and workers.

Its key is the string ``pk``, which begins with what the item is: ``result#``, say. Its TTL
attribute is ``expires``, a Unix time in whole seconds. DynamoDB takes days to delete what has
expired.
"""

import math
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from handler.aws import clients as aws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]
"""Attributes as DynamoDB's client has them: ``{"value": {"N": "1"}}``."""

_NAME: Final = re.compile(r"#(\w+)")


class Table:
    """Reads and changes items; for classes that keep something in it. Its methods block.

    They raise ``botocore.exceptions.ClientError`` when the table is missing or not allowed, and
    ``BotoCoreError`` when AWS cannot be reached.

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

    def _item(self, pk: str) -> Item:
        """Return an item as it is now, even one that has expired; nothing where there is none."""
        answer = self._client.get_item(TableName=self._table, Key=_key(pk), ConsistentRead=True)
        return answer.get("Item", {})

    def _delete_item(self, pk: str) -> None:
        self._client.delete_item(TableName=self._table, Key=_key(pk))

    def _changed(self, pk: str, change: str, condition: str, **values: Any) -> bool:
        """Change an item; False where its condition does not hold. See :meth:`_update`."""
        return self._update(pk, change, condition, **values) is None

    def _update(
        self,
        pk: str,
        change: str,
        condition: str,
        names: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Item | None:
        """Change an item on a condition.

        Args:
            pk: of the item.
            change: an update expression; ``#name`` is the attribute ``name``, unless ``names`` has
                another for it.
            condition: likewise; empty for none.
            names: of attributes, where they are not known beforehand.
            values: of the expressions: ``now=1`` is ``:now``.

        Returns:
            None when it is done; else the item as it is, or nothing of it.
        """
        used = dict.fromkeys(_NAME.findall(f"{change} {condition}"))
        optional: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if values:
            attributes = {f":{name}": attribute(value) for name, value in values.items()}
            optional["ExpressionAttributeValues"] = attributes
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(pk),
                UpdateExpression=change,
                ExpressionAttributeNames={
                    f"#{name}": (names or {}).get(name, name) for name in used
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **optional,
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item", {})
            return dict(item)
        return None

    def _after(self, seconds: float) -> int:
        """Return the time in so many seconds, as the TTL attribute has it."""
        return math.ceil(self._clock() + seconds)


def attribute(value: Any) -> dict[str, Any]:
    """Return a text, number, truth value or mapping of such as an attribute."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, Mapping):
        return {"M": {name: attribute(inner) for name, inner in value.items()}}
    return {"N": str(value)}


def _key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}}
