"""Counters in the table: their keys begin with ``count#``."""

import asyncio
from typing import Final

from handler.aws.table import Table
from handler.jobs.counters import Quota

_TRIES: Final = 3
"""More than one only where another process counts between two questions."""


class DynamoCounters(Table):
    """:class:`handler.jobs.counters.Counters` in DynamoDB.

    A request whose answer is lost is repeated by the client, and may then count twice.
    """

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
            item = self._item(_pk(key))
            if item and int(item["value"]["N"]) >= quota.limit:
                left = float(item["expires"]["N"]) - now
                if left > 0.0:
                    return left
        return 0.0  # it was begun anew between any two questions: there is room

    def _add(self, key: str, quota: Quota, now: float) -> bool:
        """Count in the time that runs; False when there is none, or no room in it."""
        has_room = "#expires > :now AND #value < :limit"
        return self._changed(
            _pk(key), "ADD #value :one", has_room, one=1, now=now, limit=quota.limit
        )

    def _begin(self, key: str, quota: Quota, now: float) -> bool:
        """Begin a time with the first one in it; False while one runs."""
        return self._changed(
            _pk(key),
            "SET #value = :one, #expires = :end",
            "attribute_not_exists(#expires) OR #expires <= :now",
            one=1,
            now=now,
            end=self._after(quota.seconds),
        )

    def _take_back(self, key: str) -> None:
        self._changed(_pk(key), "ADD #value :less", "#value > :zero", less=-1, zero=0)


def _pk(key: str) -> str:
    return f"count#{key}"
