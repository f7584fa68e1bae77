"""Answers to pressed buttons: the short notice that Telegram shows above the chat."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiogram.types import CallbackQuery, Message

from handler.telegram.errors import TelegramError

PARTING_SECONDS: Final = 3.0
"""How much longer the answer to a press may take than what is done meanwhile."""

DECLINE_SECONDS: Final = 0.4
"""How long a press of which nothing comes may wait for its answer: less than a stop leaves it. A
second tap that is interrupted comes again, perhaps after the result, and would be a new request."""

logger = logging.getLogger(__name__)

_unattended: set[asyncio.Task[None]] = set()
"""Answers that nobody waits for any more: they arrive or fail by themselves."""


async def answer(callback: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Answer a press; when that fails, as when it is too late for it, go on all the same.

    Args:
        callback: the press.
        text: at most 200 characters.
        alert: show a window that has to be closed, instead of a passing note.
    """
    try:
        await callback.answer(text, show_alert=alert)
    except TelegramError as error:
        logger.info("press not answered: %s", error)


class PressAnswer:
    """The answer to one press: Telegram takes only one, what is said later goes to the chat."""

    def __init__(self, callback: CallbackQuery) -> None:
        self._callback = callback
        self._given = False

    @asynccontextmanager
    async def accepting(self, text: str) -> AsyncIterator[None]:
        """Answer while something else is done, unless the press is answered already."""
        if self._given:
            yield
            return
        self._given = True
        answering = asyncio.create_task(answer(self._callback, text))
        try:
            yield
        except asyncio.CancelledError:
            answering.cancel()  # what has no time left must not wait for a slow answer
            raise
        finally:
            # What is done is kept by now: Telegram's slowness must not hold up the answer to it.
            await asyncio.wait([answering], timeout=PARTING_SECONDS)
            answering.cancel()

    async def decline(self, text: str) -> None:
        """Say in passing that there is nothing to be done; whether or not it is heard in time."""
        self._given = True
        answering = asyncio.create_task(answer(self._callback, text))
        _unattended.add(answering)
        answering.add_done_callback(_unattended.discard)
        await asyncio.wait([answering], timeout=DECLINE_SECONDS)

    async def refuse(self, text: str) -> None:
        """Say why nothing comes of the press.

        Raises:
            TelegramError: it cannot be said in the chat.
        """
        if not self._given:
            self._given = True
            await answer(self._callback, text, alert=True)
        elif isinstance(self._callback.message, Message):
            await self._callback.message.answer(text)


class MessageAnswer:
    """The answer to a message: what is taken needs no word, since its status message comes."""

    def __init__(self, message: Message) -> None:
        self._message = message

    @asynccontextmanager
    async def accepting(self, text: str) -> AsyncIterator[None]:  # noqa: ARG002  # nothing is said
        """Do something else; nothing is said."""
        yield

    async def decline(self, text: str) -> None:
        """Reply that there is nothing to be done.

        Raises:
            TelegramError: it cannot be said in the chat.
        """
        await self._message.reply(text)

    async def refuse(self, text: str) -> None:
        """Reply why nothing comes of it.

        Raises:
            TelegramError: it cannot be said in the chat.
        """
        await self._message.reply(text)
