"""Faults of networks and gateways, in place of what Telegram would answer."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from playground.errors import ApiError


@dataclass(frozen=True)
class Fault:
    """An answer that does not arrive as it should.

    Attributes:
        kind: what the bot gets: a gateway's HTML "page"; nothing for `seconds` and then no answer
            ("hang"); a "reset" connection; the first half of the body, whose missing rest shows
            ("broken") or does not ("cut"); an "empty" body.
        takes_effect: whether the call is carried out before its answer is lost.
        status: HTTP status of the page.
        seconds: how long a hanging connection stays open.
    """

    kind: Literal["page", "hang", "reset", "broken", "cut", "empty"]
    takes_effect: bool = False
    status: int = 502
    seconds: float = 3600.0

    async def answer(self, request: web.Request, whole: web.Response) -> web.StreamResponse:
        """Return what is left of an answer; `whole` is what it would be."""
        data = whole.body if isinstance(whole.body, bytes) else b""
        if self.kind == "page":
            page = f"<html><body><h1>{self.status} Bad Gateway</h1></body></html>"
            return web.Response(text=page, status=self.status, content_type="text/html")
        if self.kind in ("cut", "empty"):
            data = data[: len(data) // 2] if self.kind == "cut" else b""
            return web.Response(body=data, content_type=whole.content_type)
        response = web.StreamResponse()
        if self.kind == "hang":
            await _while_connected(request, self.seconds)
        elif self.kind == "broken":
            response.content_length = len(data) + 1
            await response.prepare(request)
            await response.write(data[: len(data) // 2])
        if request.transport is not None:
            request.transport.abort()
        return response


async def _while_connected(request: web.Request, seconds: float) -> None:
    """Wait, but not for a client that has given up."""
    end = time.monotonic() + seconds
    while request.transport is not None and time.monotonic() < end:  # noqa: ASYNC110  # no event
        await asyncio.sleep(0.02)


class FaultPlan:
    """What goes wrong with the next calls, by method; plans of one method follow one another."""

    def __init__(self) -> None:
        self._plans: dict[str, deque[tuple[ApiError | Fault, int]]] = {}

    def add(self, name: str, fault: ApiError | Fault, times: int) -> None:
        """Let the next `times` calls of a method that have no plan yet go wrong."""
        self._plans.setdefault(name.lower(), deque()).append((fault, times))

    def planned(self, name: str) -> int:
        """Count the calls of a method that are still to go wrong."""
        return sum(times for _, times in self._plans.get(name.lower(), ()))

    def take(self, name: str) -> ApiError | Fault | None:
        """Return what goes wrong with the call that is being made, if anything does."""
        plans = self._plans.get(name.lower())
        if not plans:
            return None
        fault, times = plans.popleft()
        if times > 1:
            plans.appendleft((fault, times - 1))
        return fault
