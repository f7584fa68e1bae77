"""Tells those who wait how many jobs are before theirs, and about how long these will take."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from aiogram import Bot

from handler.jobs.job import Job
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.planning import WorkingText
from handler.jobs.queue import Place
from handler.jobs.results import ResultCache
from handler.jobs.speech import status_of
from handler.texts import wording
from handler.texts.texts import Texts
from handler.texts.translator import Translator

LOOK_SECONDS: Final = 1.0
"""Between two looks at the line: who has just joined it reads soon when their turn comes."""
EDIT_SECONDS: Final = 5.0
"""Between two edits of a message."""
WRITING_SECONDS: Final = 4.0
"""How long one edit may take; less than a call of its kind, which says nothing of its failures."""
SETTLING_SECONDS: Final = 10.0
"""After how long an edit that nobody has confirmed will not come any more."""
SETTLING_LOOK_SECONDS: Final = 0.2
WEIGHT: Final = 0.5
"""Of the newest job among those of its kind, when it is estimated how long one takes."""
_MOST_SHOWN: Final = 1000


class Line:
    """What this process knows of the jobs in work, and shows to those who wait.

    Args:
        bot: edits their messages.
        texts: what the bot says.
        results: keep the messages' claims, so that no two processes edit one at once.
        open_jobs: know which jobs have had their last word.
    """

    def __init__(self, bot: Bot, texts: Texts, results: ResultCache, open_jobs: OpenJobs) -> None:
        self._bot = bot
        self._texts = texts
        self._results = results
        self._open_jobs = open_jobs
        self._usual: dict[str, float] = {}
        self._in_work: dict[str, tuple[Job, WorkingText]] = {}
        self._shown: dict[str, tuple[str, float]] = {}
        """The text of each message, and until when it stays."""

    @contextmanager
    def working(self, job: Job, text: WorkingText) -> Iterator[None]:
        """Count a job as in work; when that ends well, it is known how long such jobs take."""
        self._in_work[job.id] = job, text
        try:
            yield
            if seconds := text.seconds_passed():
                usual = self._usual.get(_kind(job), seconds)
                self._usual[_kind(job)] = WEIGHT * seconds + (1 - WEIGHT) * usual
        finally:
            del self._in_work[job.id]

    async def show(self, waiting: Iterable[tuple[Job, Place]]) -> None:
        """Say in their status messages where jobs stand, where that has become something else.

        Args:
            waiting: jobs, in the order in which they will be done.

        Raises:
            TelegramError: no more can be said for a while.
        """
        before = self._seconds_in_work()
        for job, place in waiting:
            translate = Translator(self._texts, job.language)
            text = wording.queued(translate, job.effect, place.own, place.others, before)
            await self._show(job, text, translate)
            usual = self._usual_seconds(job)
            before = None if before is None or usual is None else before + usual * len(job.parts)

    def _seconds_in_work(self) -> float | None:
        """Estimate when all jobs in work are done; None when that is not known of one."""
        seconds = 0.0
        for job, text in self._in_work.values():
            left = text.seconds_left()
            if left is None:
                left = self._usual_seconds(job)
            if left is None:
                return None
            seconds += left
        return seconds

    def _usual_seconds(self, job: Job) -> float | None:
        """Estimate how long a job takes: as those before it, or as one in work is planned."""
        if usual := self._usual.get(_kind(job)):
            return usual
        plans = (text.plan for other, text in self._in_work.values() if _kind(other) == _kind(job))
        return next((plan.seconds for plan in plans if plan), None)

    async def _show(self, job: Job, text: str, translate: Translator) -> None:
        if job.status_message_id is None:
            return
        name = _claim_of(job.chat_id, job.status_message_id)
        if self._stays(name, text) or not await self._results.claim(name, SETTLING_SECONDS):
            return
        if not self._stays(name, text):  # of another look at the line, meanwhile
            # Who says the last word notes that first, then waits for this claim: see settled().
            async with asyncio.timeout(WRITING_SECONDS):
                if await self._open_jobs.is_open(job):
                    await status_of(job, self._bot, translate).show(text)
            if len(self._shown) >= _MOST_SHOWN:
                self._shown.clear()
            self._shown[name] = text, time.monotonic() + EDIT_SECONDS
        await self._results.release(name)

    def _stays(self, name: str, text: str) -> bool:
        """Tell whether what a message says is not to be replaced by a text now."""
        shown, until = self._shown.get(name, ("", 0.0))
        return shown == text or time.monotonic() < until


async def settled(chat_id: int, message_id: int | None, results: ResultCache) -> None:
    """Wait until no process writes the line into a status message any more.

    To be called before its last word, and after the open jobs know that there is one.

    Args:
        chat_id: of the message.
        message_id: of the message; None when there is none.
        results: keep the messages' claims.
    """
    if message_id is None:
        return
    name, until = _claim_of(chat_id, message_id), time.monotonic() + SETTLING_SECONDS
    while (  # noqa: ASYNC110  # it happens in another process
        not await results.claim(name, SETTLING_LOOK_SECONDS) and time.monotonic() < until
    ):
        await asyncio.sleep(SETTLING_LOOK_SECONDS)


def _claim_of(chat_id: int, message_id: int) -> str:
    return f"line:{chat_id}:{message_id}"


def _kind(job: Job) -> str:
    """Name the jobs that take about as long as one."""
    return job.effect.family  # of whatever scale: nearly all the work is at the photo's own
