"""Results and claims in the table: their keys begin with ``result#`` and ``claim#``."""

import asyncio
import uuid
from typing import Final

from pydantic import ValidationError

from handler.aws.table import Item, Table
from handler.jobs.results import Result

RESULT_SECONDS: Final = 30 * 24 * 3600
"""How long a result is remembered."""


class DynamoResultCache(Table):
    """A :class:`handler.jobs.results.ResultCache` in DynamoDB.

    What has expired counts as absent here from its second on.
    """

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        return await asyncio.to_thread(self._get, key)

    async def put(self, key: str, result: Result) -> None:
        """Remember a result for :data:`RESULT_SECONDS`, in place of an older one."""
        await asyncio.to_thread(self._put, key, result)

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        await asyncio.to_thread(self._delete_item, _result_key(key))

    async def claim(self, key: str, seconds: float, holder: str = "") -> bool:
        """Claim a piece of work for ``seconds``; False when somebody else holds it already."""
        return await asyncio.to_thread(self._claim, key, seconds, holder)

    async def hold(self, key: str, seconds: float, holder: str) -> None:
        """Let a claim last for ``seconds`` from now, if it is still the holder's and not done."""
        await asyncio.to_thread(self._hold, key, seconds, holder)

    async def release(self, key: str, holder: str = "") -> None:
        """End a claim, so that the work can be asked for again."""
        await asyncio.to_thread(self._release, key, holder)

    async def complete(self, key: str, seconds: float, holder: str = "") -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        await asyncio.to_thread(self._complete, key, seconds, holder)

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        item = await asyncio.to_thread(self._valid_item, _claim_key(key))
        return "complete" in item

    def _get(self, key: str) -> Result | None:
        try:
            return Result.model_validate_json(self._valid_item(_result_key(key))["result"]["S"])
        except (KeyError, ValidationError):  # unknown, or written by another version
            return None

    def _put(self, key: str, result: Result) -> None:
        known = result.model_dump_json(exclude_defaults=True)
        change = "SET #result = :result, #expires = :expires"
        ends = self._after(RESULT_SECONDS)
        self._update(_result_key(key), change, "", result=known, expires=ends)

    def _claim(self, key: str, seconds: float, holder: str) -> bool:
        return self._changed(
            _claim_key(key),
            "SET #mark = :mark, #expires = :expires REMOVE #complete",
            "attribute_not_exists(#mark) OR #expires <= :now OR #mark = :mark",
            # The client repeats a request whose answer was lost; by its own mark the repetition
            # recognises that the first one took the claim.
            mark=holder or uuid.uuid4().hex,
            now=self._clock(),
            expires=self._after(seconds),
        )

    def _hold(self, key: str, seconds: float, holder: str) -> None:
        change, is_held = (
            "SET #expires = :expires",
            "#mark = :mark AND attribute_not_exists(#complete)",
        )
        ends = self._after(seconds)
        self._update(_claim_key(key), change, is_held, mark=holder, expires=ends)

    def _release(self, key: str, holder: str) -> None:
        if holder:
            change, is_theirs = "SET #expires = :now REMOVE #mark", "#mark = :mark"
            now = self._after(0.0)
            self._update(_claim_key(key), change, is_theirs, mark=holder, now=now)
        else:
            self._delete_item(_claim_key(key))

    def _complete(self, key: str, seconds: float, holder: str) -> None:
        change = "SET #mark = :mark, #complete = :complete, #expires = :expires"
        ends = self._after(seconds)
        self._update(_claim_key(key), change, "", mark=holder, complete=True, expires=ends)

    def _valid_item(self, pk: str) -> Item:
        """Return an item that has not expired."""
        item = self._item(pk)
        return item if item and float(item["expires"]["N"]) > self._clock() else {}


def _result_key(key: str) -> str:
    return f"result#{key}"


def _claim_key(key: str) -> str:
    return f"claim#{key}"
