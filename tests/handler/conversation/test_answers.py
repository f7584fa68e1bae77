"""A press is answered while its work goes on, and is not waited for when there is no time left."""

import asyncio
from typing import Any

import pytest

from handler.conversation.answers import PressAnswer


class SlowPress:
    """A press whose answer takes until the test ends."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.said: list[str] = []

    async def answer(self, text: str, *, show_alert: bool = False) -> None:
        self.begun.set()
        await asyncio.Event().wait()
        self.said.append(text)


async def test_who_is_interrupted_does_not_wait_for_a_slow_answer() -> None:
    slow: Any = SlowPress()

    async def work() -> None:
        async with PressAnswer(slow).accepting("Accepted"):
            await asyncio.Event().wait()

    working = asyncio.create_task(work())
    await asyncio.wait_for(slow.begun.wait(), 5)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(working, 5)
    assert slow.said == []
