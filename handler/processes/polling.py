"""Fetching updates: one is confirmed to Telegram only when it is handled or kept."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from handler.conversation.errors import may_come_again
from handler.observability.logs import redact
from handler.telegram.errors import TelegramError
from handler.waiting import wait_at_most

WAIT_SECONDS: Final = 30
"""How long Telegram keeps an empty request open."""
MARGIN_SECONDS: Final = 15
"""How much later its answer counts as lost."""
UPDATE_SECONDS: Final = 30.0
"""Longest time for an update; one that takes longer is interrupted and fetched again."""
FIRST_PAUSE: Final = 0.5
"""After a failure, seconds; doubles with each further one."""
LONGEST_PAUSE: Final = 15.0

logger = logging.getLogger(__name__)


class Polling:
    """Fetches updates and handles those of one answer beside each other.

    What cannot be handled now, because Telegram fails, is fetched again: so is what comes after
    it, which the conversation knows to be done.

    Args:
        bot: fetches and answers.
        dispatcher: gets the updates.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._offset: int | None = None

    async def run(self, stopped: asyncio.Event) -> None:
        """Poll until ``stopped`` is set; what is being handled then is finished."""
        types = self._dispatcher.resolve_used_update_types()
        pause = FIRST_PAUSE
        stopping = asyncio.create_task(stopped.wait())
        while not stopped.is_set():
            fetching = asyncio.create_task(self._fetch(types))
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            fetching.cancel()
            try:
                updates = await fetching
            except asyncio.CancelledError:
                break
            except (TelegramError, OSError) as error:
                logger.warning("updates cannot be fetched: %s", redact(str(error)))
            else:
                if await self._handle(updates):
                    pause = FIRST_PAUSE
                    continue
            await wait_at_most(stopped, pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        stopping.cancel()
        if self._offset is not None:
            with suppress(TelegramError, TimeoutError):  # then they come again and are known
                async with asyncio.timeout(1):
                    await self._bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _fetch(self, types: list[str]) -> list[Update]:
        return await self._bot.get_updates(
            offset=self._offset,
            timeout=WAIT_SECONDS,
            allowed_updates=types,
            request_timeout=WAIT_SECONDS + MARGIN_SECONDS,
        )

    async def _handle(self, updates: list[Update]) -> bool:
        """Handle updates; False when one of them has to be fetched again."""
        done = await asyncio.gather(*map(self._feed, updates))
        again = [update.update_id for update, is_done in zip(updates, done) if not is_done]
        if again:
            self._offset = min(again)
        elif updates:
            self._offset = max(update.update_id for update in updates) + 1
        return not again

    async def _feed(self, update: Update) -> bool:
        """Handle an update; False when it may succeed later."""
        try:
            async with asyncio.timeout(UPDATE_SECONDS) as limit:
                await self._dispatcher.feed_update(self._bot, update, comes_again=True)
        except Exception as error:
            if limit.expired() or may_come_again(error):
                logger.warning("update %d has to come again: %s", update.update_id, error)
                return False
            logger.exception("update %d: even the handler of errors failed", update.update_id)
        return True
