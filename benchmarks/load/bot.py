"""``python -m benchmarks.load.bot serve``: the real bot, whose webhook notes its own time.

Of each update: how long its answer took, and how long of that no call to Telegram was under way.
"""

import sys

from handler.processes.early_stop import stop_early

if __name__ == "__main__":
    stop_early(sys.argv[1:])  # as handler.__main__ does

import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from handler.__main__ import main
from handler.processes import running
from handler.telegram.client import TelegramSession
from handler.webhook import Answer, Webhook

Spans = list[tuple[float, float]]

_calls: ContextVar[Spans] = ContextVar("calls")


def covered(spans: Spans) -> float:
    """Return how much time is in any of some spans, seconds."""
    total, end = 0.0, 0.0
    for began, ended in sorted(spans):
        total += max(0.0, ended - max(began, end))
        end = max(end, ended)
    return total


@contextmanager
def noted(spans: Spans) -> Iterator[None]:
    """Add the time that a block takes to some spans; until it ends, its end is infinite.

    An update may be answered while a call for it is still under way.
    """
    began, place = time.monotonic(), len(spans)
    spans.append((began, math.inf))
    try:
        yield
    finally:
        spans[place] = (began, time.monotonic())


def _watch_calls() -> None:
    """Note each call to Telegram, with its repetitions and the pauses before them."""
    call = TelegramSession.__call__

    async def watched(session: TelegramSession, *args: Any, **kwargs: Any) -> Any:
        with noted(_calls.get([])):
            return await call(session, *args, **kwargs)

    TelegramSession.__call__ = watched  # type: ignore[assignment,method-assign]


def _watch_updates(notes: Path) -> None:
    answer = Webhook.answer
    file = notes.open("a", buffering=1, encoding="utf-8")

    async def watched(webhook: Webhook, secret: str, body: bytes) -> Answer:
        calls: Spans = []
        token = _calls.set(calls)
        began = time.monotonic()
        try:
            return await answer(webhook, secret, body)
        finally:
            ended = time.monotonic()
            _calls.reset(token)
            spans = [(max(began, first), min(ended, last)) for first, last in calls]
            note = {
                "at": began,
                "press": b'"callback_query"' in body,
                "seconds": ended - began,
                "own": ended - began - covered(spans),
            }
            file.write(json.dumps(note) + "\n")

    Webhook.answer = watched  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    _watch_calls()
    _watch_updates(Path(os.environ["LOAD_NOTES"]))
    running.end(main(sys.argv[1:]))
