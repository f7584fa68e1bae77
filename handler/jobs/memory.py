"""Results and claims in the memory of one process."""

import time
from collections import OrderedDict
from collections.abc import Callable

from handler.jobs.results import Result


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
        self._claims: dict[str, float] = {}

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
        self._claims[key] = now + seconds
        return True

    async def release(self, key: str) -> None:
        """End a claim, so that the work can be asked for again."""
        self._claims.pop(key, None)

    def _drop_expired(self, now: float) -> None:
        """Forget claims nobody released: a few thousand at most, the updates of ten minutes."""
        expired = [key for key, until in self._claims.items() if until <= now]
        for key in expired:
            del self._claims[key]
