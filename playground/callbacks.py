"""Buttons that were pressed and wait for the bot's answer."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from playground.errors import bad_request

LIFETIME = 15.0
QUERIES_KEPT = 1000


class CallbackAnswer(NamedTuple):
    """What the bot shows to the person who pressed a button."""

    text: str | None
    show_alert: bool


@dataclass
class CallbackQuery:
    """A pressed button; `answer` is resolved by answerCallbackQuery."""

    id: str
    chat_id: int
    answer: asyncio.Future[CallbackAnswer]
    created: float = field(default_factory=time.monotonic)


class CallbackQueries:
    """The pressed buttons by query id.

    Attributes:
        lifetime: seconds within which the bot has to answer.
    """

    def __init__(self) -> None:
        self.lifetime = LIFETIME
        self._queries: dict[str, CallbackQuery] = {}
        self._serial = itertools.count(time.time_ns())

    def open(self, chat_id: int, query_id: str | None = None) -> CallbackQuery:
        """Note that a button was pressed in this chat; the id is a new one unless given."""
        future: asyncio.Future[CallbackAnswer] = asyncio.get_running_loop().create_future()
        query = CallbackQuery(query_id or str(next(self._serial)), chat_id, future)
        self._queries[query.id] = query
        while len(self._queries) > QUERIES_KEPT:
            del self._queries[next(iter(self._queries))]
        return query

    def answer(self, query_id: str, answer: CallbackAnswer) -> CallbackQuery:
        """Answer a query, once; ApiError when it is unknown, answered already or too old."""
        query = self._queries.pop(query_id, None)
        if query is None or time.monotonic() - query.created > self.lifetime:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if not query.answer.done():
            query.answer.set_result(answer)
        return query
