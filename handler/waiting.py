"""Waiting for an event, but not for ever."""

import asyncio
from contextlib import suppress


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait until an event is set, ``seconds`` at most.

    A cancellation that comes together with the event ends the wait, too; ``asyncio.wait_for`` of
    Python 3.11 forgets it.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
