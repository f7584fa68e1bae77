"""Deduplicates updates: Telegram delivers one again when it missed the answer."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from handler.jobs.results import ResultCache
from handler.observability import telemetry

CLAIM_PREFIX: Final = "update:"
WORK_SECONDS: Final = 70.0
"""How long a delivery is believed to be worked on: Telegram waits 60 s for an answer."""
REMEMBERED_SECONDS: Final = 600.0
"""How long an update that is done is known."""

logger = logging.getLogger(__name__)


class InProgressError(Exception):
    """Another delivery of the same update is being worked on, here or in another process.

    If that one dies, a later repetition gets its turn.
    """


class RedeliveryMiddleware(BaseMiddleware):
    """Handles each update once: the first delivery claims it; belongs on the update.

    An update whose handling failed is free again, so that a repetition can succeed.
    """

    def __init__(self, results: ResultCache) -> None:
        self.results = results

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on only with an update that is new.

        Raises:
            InProgressError: it is not new, but not done either.
        """
        if not isinstance(event, Update):
            raise TypeError(f"this middleware is for updates, not for {type(event).__name__}")
        claim = f"{CLAIM_PREFIX}{event.update_id}"
        if not await self._claim(claim):
            logger.info("update %d came again; it is done already", event.update_id)
            return None
        try:
            response = await handler(event, data)
        except BaseException:
            await self._note(self.results.release(claim))
            raise
        await self._note(self.results.complete(claim, REMEMBERED_SECONDS))
        return response

    async def _claim(self, claim: str) -> bool:
        """Claim an update; False when it is done.

        What needs no memory works without it: a text that is sent again does less harm than none.
        """
        try:
            if await self.results.claim(claim, WORK_SECONDS):
                return True
            is_done = await self.results.is_complete(claim)
        except Exception as error:  # noqa: BLE001  # whatever the store raises
            telemetry.failure("store")
            logger.warning("%s cannot be claimed: %s", claim, error)
            return True
        if not is_done:
            raise InProgressError(f"{claim} is being worked on")
        return False

    async def _note(self, call: Awaitable[None]) -> None:
        """Note what has become of an update. Never raises: it logs."""
        try:
            await call
        except Exception as error:  # noqa: BLE001  # the claim ends by itself
            logger.warning("an update's claim stays as it is: %s", error)
