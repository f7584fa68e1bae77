"""Room for pictures in this process's memory: who comes in, and who waits.

Several pictures may be there at once, and one may need as much as hundreds of small ones. What is
free when the first comes in is shared out by what each is predicted to need, before any of it is
taken: two large ones that do not fit come in one after the other.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from model_layer.planning import memory

NETWORK_BYTES: Final = 256_000_000
"""For the network that computes, as one does at a time: more than any in ``weights/`` needs."""


@dataclass(eq=False, slots=True)
class Share:
    """Memory that is promised to somebody."""

    bytes: float


class Room:
    """Lets in, in the order in which they come, those whose shares fit into memory.

    Who needs more than there is, is let in alone: whether that is enough, the plan says.

    Args:
        free_bytes: tells what the process can still have.
    """

    def __init__(self, free_bytes: Callable[[], float] = memory.free_bytes) -> None:
        self._free_bytes = free_bytes
        self._all = math.inf
        self._shares: set[Share] = set()
        self._door = asyncio.Lock()  # those who wait at it come in one by one, in order
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def share(self, needed: float) -> AsyncIterator[Share]:
        """Wait for a share, and keep it.

        Args:
            needed: bytes; infinite for whoever wants to be alone.
        """
        share = Share(needed)
        async with self._door:
            while not self._fits(needed):
                self._freed.clear()
                await self._freed.wait()
            self._shares.add(share)
        try:
            yield share
        finally:
            self._shares.remove(share)
            self._freed.set()

    def reduce(self, share: Share, needed: float) -> None:
        """Give back what of a share is needed no more."""
        share.bytes = min(share.bytes, needed)
        self._freed.set()

    def left_for(self, share: Share) -> float:
        """Return the bytes that nobody but the holder of a share, and the network, may take."""
        return self._all - sum(other.bytes for other in self._shares if other is not share)

    def _fits(self, needed: float) -> bool:
        if not self._shares:
            self._all = self._free_bytes()
            return True
        taken = needed + sum(share.bytes for share in self._shares)
        return taken < math.inf and taken + NETWORK_BYTES <= self._all
