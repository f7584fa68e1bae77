"""What is remembered of results: only Telegram's own file ids, never a picture."""

import logging
from collections.abc import Awaitable
from typing import Final, Protocol, TypeVar

from handler.jobs.job import Job
from handler.telegram.delivery import Result

__all__ = ["DOUBLE_TAP_SECONDS", "Result", "ResultCache", "delivery_key", "if_possible"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

DOUBLE_TAP_SECONDS: Final = 2.0
"""A second tap within this time after the result was sent is not meant."""


class ResultCache(Protocol):
    """Results by :attr:`Job.result_key`, claims by :attr:`Job.claim_key`."""

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        ...

    async def put(self, key: str, result: Result) -> None:
        """Remember a result."""
        ...

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        ...

    async def claim(self, key: str, seconds: float, holder: str = "") -> bool:
        """Claim a piece of work for ``seconds``; False when somebody else holds it already.

        Args:
            key: of the work.
            seconds: after which the claim ends by itself.
            holder: who may claim it again while they hold it; by default nobody.
        """
        ...

    async def hold(self, key: str, seconds: float, holder: str) -> None:
        """Let a claim last for ``seconds`` from now, if it is still the holder's and not done."""
        ...

    async def release(self, key: str, holder: str = "") -> None:
        """End a claim, so that the work can be asked for again.

        Args:
            key: of the work.
            holder: whose claim it has to be; by default anybody's.
        """
        ...

    async def complete(self, key: str, seconds: float, holder: str = "") -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        ...

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        ...


def delivery_key(job: Job) -> str:
    """Name the delivery of a job's result, under which the result is remembered once more."""
    return f"delivered:{job.id}"


async def if_possible(job: Job, call: Awaitable[T]) -> T | None:
    """Use the memory for results, or that of open jobs; without them jobs are done all the same."""
    try:
        return await call
    except Exception:
        logger.exception("job %s: the memory for results fails", job.id)
        return None
