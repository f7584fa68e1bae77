"""What people have asked for within a time, counted."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Quota:
    """So many within a time, which begins with the first of them."""

    limit: int
    seconds: float


class Counters(Protocol):
    """Counts by name, each for a while; many processes may count at once."""

    async def count(self, key: str, quota: Quota) -> float:
        """Count one more, unless there are as many as the quota allows.

        Returns:
            0.0 when it is counted; else the seconds until counting begins anew.
        """
        ...

    async def take_back(self, key: str) -> None:
        """Count one less: what was counted did not come about."""
        ...
