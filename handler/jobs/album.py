"""Answers a job for an album: its parts are made one after the other, and go out together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf

from handler.jobs.failures import CancelledJobError, is_transient
from handler.jobs.job import Job
from handler.jobs.maker import Maker, Task
from handler.jobs.offers import Offers
from handler.jobs.results import ResultCache, delivery_key, if_possible
from handler.jobs.speech import reason
from handler.observability import telemetry
from handler.telegram.album import AlbumStatus, PartStatus, fit_together, send_together
from handler.telegram.deliver import result_in
from handler.telegram.errors import ChatClosedError, NoRightsError
from handler.telegram.status import Pace
from handler.texts.translator import Translator

Make = Callable[[Job, int], Awaitable[PartStatus]]
"""Makes the part of a number, and returns it with its result."""
Send = Callable[[Sequence[PartStatus]], Awaitable[None]]


class AlbumMaker:
    """Makes and sends what is not there yet of an album, and says what cannot be made.

    Args:
        maker: makes its parts.
        results: know what earlier deliveries have sent.
        offers: what may be done with all of it.
        longest: how long results wait for each other at most, seconds.
        pace: how often the album's message is edited.
    """

    def __init__(
        self, maker: Maker, results: ResultCache, offers: Offers, longest: float, pace: Pace
    ) -> None:
        self._maker = maker
        self._results = results
        self._offers = offers
        self._longest = longest
        self._pace = pace

    async def answer(
        self,
        task: Task,
        seconds: float | None,
        translate: Translator,
        *,
        is_final: bool,
        was_asked: bool,
    ) -> None:
        """Answer a job for an album.

        Args:
            task: to be done.
            seconds: time for it; None when there is no end.
            translate: in the person's language.
            is_final: whether failures that may pass are left to no later try.
            was_asked: whether the person was asked about it. Where nobody was, since its caption
                said what is wanted, the question comes last: albums carry no buttons.

        Raises:
            Exception: see :func:`answer_album`.
        """
        # Where this has gone wrong before, each part that is made is sent at once.
        share = 0.0 if task.was_killed else (inf if seconds is None else seconds / 2)
        album = AlbumStatus(task.status, self._pace)
        failures = await answer_album(
            await self._parts_left(task.job),
            partial(self._make, task, album, translate),
            partial(self._send, task.job, album),
            until=asyncio.get_running_loop().time() + min(self._longest, share),
            is_final=is_final,
        )
        await self._maker.begin_answer(task.job)
        await self._maker.settled(task.job)
        if failures:
            missing = (
                translate("album-missing", number=n, reason=reason(task.job, error, translate))
                for n, error in failures.items()
            )
            await task.status.end_with("\n\n".join(missing))
        elif was_asked:
            await task.status.delete()
        else:
            text, buttons = self._offers.of_album(task.job, translate)
            await task.status.end_with(text, keyboard=buttons)

    async def _parts_left(self, job: Job) -> dict[int, Job]:
        """Return the parts that no earlier delivery has sent, by number."""
        return {
            number: part
            for number, part in enumerate(job.parts, start=1)
            if await if_possible(job, self._results.get(delivery_key(part))) is None
        }

    async def _make(
        self, task: Task, album: AlbumStatus, translate: Translator, part: Job, number: int
    ) -> PartStatus:
        counter = translate("status-album", number=number, total=len(task.job.album))
        status = PartStatus(album, counter, reply_to=part.photo_message_id, asker_id=part.asker_id)
        status.keys.append(delivery_key(part))
        await self._maker.answer(replace(task, job=part, status=status))
        return status

    async def _send(self, job: Job, album: AlbumStatus, parts: Sequence[PartStatus]) -> None:
        async with self._maker.uploads:
            await self._maker.begin_answer(job)
            with telemetry.stage("Delivery"):
                messages = await send_together(album, parts)
        for part, message in zip(parts, messages):
            if result := result_in(message, part.outcome):
                for key in part.keys:
                    await if_possible(job, self._results.put(key, result))


async def answer_album(
    parts: Mapping[int, Job], make: Make, send: Send, *, until: float, is_final: bool
) -> dict[int, Exception]:
    """Make the parts of an album, in order, and send them in as few albums as possible.

    What is too much for one call, and what is made too late, goes out alone, in order. A part that
    cannot be made does not keep the others.

    Args:
        parts: the jobs for its pictures that are not there yet, by number.
        make: makes a part.
        send: sends parts that fit together.
        until: when to stop waiting for more to send together, in the event loop's time.
        is_final: whether failures that may pass are left to no later try.

    Returns:
        What failed, by the number of the part.

    Raises:
        Exception: of a part, when no other can be sent either, or when all of it is to be tried
            again; what is not sent by then is made again.
    """
    loop = asyncio.get_running_loop()
    waiting: list[PartStatus] = []
    failures: dict[int, Exception] = {}
    for number, part in parts.items():
        try:
            made = await make(part, number)
        except (CancelledJobError, ChatClosedError, NoRightsError):
            raise
        except Exception as error:
            if is_transient(error) and not is_final:
                raise
            failures[number] = error
            continue
        if waiting and not fit_together([*waiting, made]):
            await send(waiting)
            waiting = []
        waiting.append(made)
        if loop.time() >= until:
            await send(waiting)
            waiting = []
    if waiting:
        await send(waiting)
    return failures
