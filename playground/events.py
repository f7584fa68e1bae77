"""What happens in the playground, told to everybody who listens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

QUEUE_LIMIT = 1000


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        kind: "message", "edited", "deleted", "cleared", "action", "callback_answer", "chat" or
            "call".
        chat_id: the chat it happened in, or None.
        payload: a snapshot that later changes do not touch.
        time: ``time.monotonic()`` at that moment.
    """

    kind: str
    chat_id: int | None
    payload: Any
    time: float = field(default_factory=time.monotonic)


class EventHub:
    """Hands every published event to every subscriber, without waiting for any of them."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Event | None]] = set()

    def publish(self, event: Event) -> None:
        """Tell the subscribers; one that has fallen far behind is cut off."""
        for queue in list(self._queues):
            if queue.qsize() < QUEUE_LIMIT:
                queue.put_nowait(event)
            else:
                self._queues.discard(queue)
                queue.put_nowait(None)

    def close(self) -> None:
        """End every subscription: its queue yields None last."""
        for queue in self._queues:
            queue.put_nowait(None)
        self._queues.clear()

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Event | None]]:
        """Yield a queue of the events from now on; None in it means that no more will come."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def wait_until(self, probe: Callable[[], T | None], timeout: float) -> T:  # noqa: ASYNC109
        """Return the first result of `probe` that is neither None nor False.

        It is asked now and again after every event.

        Raises:
            TimeoutError: nothing came within `timeout` seconds.
        """
        with self.subscribe() as queue:
            async with asyncio.timeout(timeout):
                return await _first(probe, queue.get)


async def _first(probe: Callable[[], T | None], changed: Callable[[], Awaitable[object]]) -> T:
    while (result := probe()) is None or result is False:
        if await changed() is None:
            raise TimeoutError("the playground was stopped, or this listener fell behind")
    return result
