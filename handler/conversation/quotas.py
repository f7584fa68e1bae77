"""How many new pictures a person may ask for, within a minute and a day."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from handler.conversation.keeping import keeping
from handler.jobs.counters import Counters, Quota
from handler.settings import Settings

MINUTE: Final = 60.0
DAY: Final = 24 * 3600.0

logger = logging.getLogger(__name__)


class QuotaSpentError(Exception):
    """A person has asked for as much as they may.

    Args:
        seconds: until they may ask again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no more for {seconds:.0f} s")
        self.seconds = seconds


class Quotas:
    """Counts what people ask for; without limits in the settings it does nothing.

    Args:
        counters: shared by all processes.
        settings: the limits, and who has none.
    """

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self._counters = counters
        self._exempt = settings.admin_ids
        limits = {"minute": (settings.quota_per_minute, MINUTE)}
        limits |= {"day": (settings.quota_per_day, DAY)}
        self._quotas = {
            name: Quota(limit, seconds) for name, (limit, seconds) in limits.items() if limit
        }

    @asynccontextmanager
    async def spending(self, person_id: int, pictures: int = 1) -> AsyncIterator[None]:
        """Count what a request asks for; it is not counted when it fails.

        Raises:
            QuotaSpentError: there may be no more for now.
            NotKeptError: it cannot be counted.
        """
        counted: list[str] = []
        try:
            if person_id not in self._exempt:
                for name, quota in list(self._quotas.items()) * pictures:
                    key = f"{name}:{person_id}"
                    with keeping():
                        seconds = await self._counters.count(key, quota)
                    if seconds > 0.0:
                        raise QuotaSpentError(seconds)
                    counted.append(key)
            yield
        except BaseException:
            for key in counted:
                await self._take_back(key)
            raise

    async def _take_back(self, key: str) -> None:
        """Count one less. Never raises: it logs."""
        try:
            await self._counters.take_back(key)
        except Exception as error:  # noqa: BLE001  # it is over with the minute or the day
            logger.warning("%s stays counted: %s", key.partition(":")[0], error)
