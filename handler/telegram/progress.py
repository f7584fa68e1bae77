"""Shows the person how far a job is."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramRetryAfter

from handler.jobs.failures import is_chat_closed
from handler.jobs.job import Job

logger = logging.getLogger(__name__)

Action = Literal["upload_photo", "upload_document"]

PARTING_SECONDS = 5.0
"""How long the end waits for a request that is under way."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the person is told, seconds."""

    edit: float = 2.5
    """Between two edits of a message; Telegram takes about one a second per chat."""
    action: float = 4.5
    """Between two chat actions; Telegram shows one for 5 seconds."""


class ProgressReporter:
    """Edits a job's status message and keeps the chat's "sending a photo…" alive.

    An asynchronous context manager: reports while it is entered, and when it is left no edit is
    under way any more, so that what is written into the message afterwards stays. Progress is a
    nicety: whatever goes wrong with it is put up with.

    Args:
        bot: edits and acts.
        job: names the chat and, when there is one, the status message.
        render: makes the message's text for a whole percentage.
        action: what the chat shows beside the bot's name.
        pace: how often.
    """

    def __init__(
        self,
        bot: Bot,
        job: Job,
        render: Callable[[int], str],
        action: Action,
        pace: Pace = Pace(),  # immutable
    ) -> None:
        self._bot = bot
        self._job = job
        self._render = render
        self._action = action
        self._pace = pace
        self._percent = 0
        self._news = asyncio.Event()
        self._left = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()

    def report(self, done: float) -> None:
        """Take note of the done part, 0 to 1. From any thread; costs next to nothing."""
        percent = min(100, max(0, int(done * 100)))
        if percent == self._percent:
            return
        self._percent = percent
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody to tell
            self._loop.call_soon_threadsafe(self._news.set)

    def renew(self) -> None:
        """Show the message anew: its text has changed although the percentage has not."""
        self._news.set()

    async def __aenter__(self) -> Self:
        self._news.set()  # so that 0 % shows at once
        self._tasks = [asyncio.create_task(self._keep_acting())]
        if self._job.status_message_id is not None:
            self._tasks.append(asyncio.create_task(self._keep_editing()))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._left.set()
        self._news.set()
        try:
            await asyncio.wait(self._tasks, timeout=PARTING_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()
            for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.warning("job %s: no progress shown: %r", self._job.id, outcome)

    async def _keep_editing(self) -> None:
        """Show every news, each time the newest, until the end or until it makes no sense."""
        shown = None
        while True:
            await self._news.wait()
            if self._left.is_set():
                return
            self._news.clear()
            pause = 0.0
            text = self._render(self._percent)
            if text != shown:
                try:
                    if not await self._edit(text):
                        return
                    shown = text
                except TelegramRetryAfter as error:
                    pause = error.retry_after
                    self._news.set()  # what is the newest then is shown then
            await self._rest(max(pause, self._pace.edit))

    async def _keep_acting(self) -> None:
        while not self._left.is_set():
            pause = 0.0
            try:
                await self._bot.send_chat_action(self._job.chat_id, self._action)
            except TelegramRetryAfter as error:
                pause = error.retry_after
            except AiogramError as error:
                if is_chat_closed(error):
                    return
                logger.debug("job %s: no chat action: %s", self._job.id, type(error).__name__)
            await self._rest(max(pause, self._pace.action))

    async def _edit(self, text: str) -> bool:
        """Edit once; False when another try makes no sense."""
        try:
            await self._bot.edit_message_text(
                text, chat_id=self._job.chat_id, message_id=self._job.status_message_id
            )
        except TelegramRetryAfter:
            raise
        except TelegramBadRequest as error:
            return "not modified" in error.message
        except AiogramError as error:
            logger.debug("job %s: no progress shown: %s", self._job.id, type(error).__name__)
            return not is_chat_closed(error)
        return True

    async def _rest(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._left.wait(), seconds)
