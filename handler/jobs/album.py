"""Answers a job for an album: its parts are made one after the other, and go out together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from handler.jobs.failures import CancelledJobError, is_transient
from handler.jobs.job import Job
from handler.telegram.album import PartStatus, fit_together
from handler.telegram.errors import ChatClosedError, NoRightsError

Make = Callable[[Job, int], Awaitable[PartStatus]]
"""Makes the part of a number, and returns it with its result."""
Send = Callable[[Sequence[PartStatus]], Awaitable[None]]


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
