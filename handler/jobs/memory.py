"""Results and claims in the memory of one process."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from handler.jobs.results import Result


class _Claim(NamedTuple):
    until: float
    settled: bool


class MemoryResultCache:
    """A :class:`handler.jobs.results.ResultCache` for a bot that runs as one process.

    Args:
        capacity: results remembered; beyond it the one used longest ago is forgotten.
        clock: monotonic seconds, for tests.
    """

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        if capacity < 1:
            raise ValueError(f"the capacity must be at least 1, not {capacity}")
        self._capacity = capacity
        self._clock = clock
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._claims: dict[str, _Claim] = {}

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        result = self._results.get(key)
        if result is not None:
            self._results.move_to_end(key)
        return result

    async def put(self, key: str, result: Result) -> None:
        """Remember a result, in place of an older one under the same key."""
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > self._capacity:
            self._results.popitem(last=False)

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        self._results.pop(key, None)

    async def claim(self, key: str, seconds: float) -> bool:
        """Claim a piece of work for ``seconds``; False when somebody holds it already."""
        now = self._clock()
        self._drop_expired(now)
        if key in self._claims:
            return False
        self._claims[key] = _Claim(now + seconds, settled=False)
        return True

    async def release(self, key: str) -> None:
        """End a claim, so that the work can be asked for again."""
        self._claims.pop(key, None)

    async def complete(self, key: str, seconds: float) -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        self._claims[key] = _Claim(self._clock() + seconds, settled=True)

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        self._drop_expired(self._clock())
        return key in self._claims and self._claims[key].settled

    def _drop_expired(self, now: float) -> None:
        """Forget claims nobody released: a few thousand at most, the updates of ten minutes."""
        expired = [key for key, claim in self._claims.items() if claim.until <= now]
        for key in expired:
            del self._claims[key]
