"""Delivery of updates to the bot's webhook, again and again until the bot has taken them."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from playground.errors import ApiError
from playground.request_body import Body, read_body
from playground.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
TIMEOUT = 60.0
FIRST_RETRY_DELAY = 0.5
MAX_RETRY_DELAY = 60.0
DELIVERIES_KEPT = 5000

Execute = Callable[[str, Body], Awaitable[Any]]


@dataclass(frozen=True)
class WebhookSettings:
    """Where and how the bot wants its updates."""

    url: str
    secret_token: str = field(default="", repr=False)
    max_connections: int = 40


@dataclass(frozen=True)
class WebhookError:
    """A delivery that failed, in Telegram's words.

    Attributes:
        date: in Unix seconds.
        kind: "connection", "timeout" or "status".
        status: what the bot answered, where it did.
    """

    message: str
    kind: str
    status: int | None = None
    date: int = field(default_factory=lambda: int(time.time()))


@dataclass(frozen=True)
class Delivery:
    """One try to deliver an update.

    Attributes:
        update: that the bot was to get.
        began: ``time.monotonic()`` of the request.
        ended: of its answer, or of its failure.
        problem: why it comes again; None when the bot has taken it.
    """

    update: Update
    began: float
    ended: float
    problem: WebhookError | None


class WebhookDelivery:
    """Delivers the pending updates while a webhook is set.

    Updates of one lane go out one after the other, each repeated until it is answered with 2xx;
    lanes do not wait for each other.

    Attributes:
        settings: the webhook, or None.
        timeout: seconds that the bot has for its answer.
        retry_delay: seconds before the first repetition; doubles with each, up to a minute.
        last_error: what went wrong last, kept when deliveries succeed again.
        failing: whether the most recent delivery failed.
        deliveries: all tries, oldest first; the oldest of very many are dropped.
    """

    def __init__(self, updates: UpdateQueue) -> None:
        self.settings: WebhookSettings | None = None
        self.timeout = TIMEOUT
        self.retry_delay = FIRST_RETRY_DELAY
        self.last_error: WebhookError | None = None
        self.failing = False
        self.deliveries: deque[Delivery] = deque(maxlen=DELIVERIES_KEPT)
        self._updates = updates
        self._updates.on_change = self._wake
        self._lanes: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._connections = asyncio.Semaphore()
        self._session: ClientSession | None = None
        self._execute: Execute | None = None

    async def start(self, execute: Execute) -> None:
        """Begin; `execute` runs the method that a bot may put into its answer to an update."""
        self._session = ClientSession(timeout=ClientTimeout(total=self.timeout))
        self._execute = execute

    async def stop(self) -> None:
        """End all deliveries."""
        lanes = list(self._lanes.values())
        self.configure(None)
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def configure(self, settings: WebhookSettings | None) -> None:
        """Deliver to another webhook from now on, or to none."""
        for task in self._lanes.values():
            if task is not asyncio.current_task():
                task.cancel()
        self._lanes.clear()
        self.settings = settings
        self.last_error = None
        self.failing = False
        if settings is not None:
            self._connections = asyncio.Semaphore(settings.max_connections)
            self._updates.end_poll("conflict")
            self._wake()

    def _wake(self) -> None:
        """Give each lane that has something to deliver a task."""
        if self.settings is None or self._session is None:
            return
        for update in self._updates.pending():
            if update.lane not in self._lanes:
                work = self._work(update.lane, self.settings, self._session)
                self._lanes[update.lane] = asyncio.create_task(work)

    async def _work(
        self, lane: tuple[str, int], settings: WebhookSettings, session: ClientSession
    ) -> None:
        delay = self.retry_delay
        try:
            while self.settings is settings and (update := self._next(lane)) is not None:
                async with self._connections:
                    began = time.monotonic()
                    problem = await self._deliver(update, settings, session)
                self.deliveries.append(Delivery(update, began, time.monotonic(), problem))
                self.failing = problem is not None
                if problem is None:
                    delay = self.retry_delay
                    continue
                self.last_error = problem
                await asyncio.sleep(delay)
                delay = min(delay * 2, MAX_RETRY_DELAY)
        finally:
            if self._lanes.get(lane) is asyncio.current_task():
                del self._lanes[lane]

    def _next(self, lane: tuple[str, int]) -> Update | None:
        return next((update for update in self._updates.pending() if update.lane == lane), None)

    async def _deliver(
        self, update: Update, settings: WebhookSettings, session: ClientSession
    ) -> WebhookError | None:
        """Post one update; return what went wrong, or None and forget it."""
        headers = {"Content-Type": "application/json"}
        if settings.secret_token:
            headers[SECRET_HEADER] = settings.secret_token
        body = json.dumps(update.json()).encode()
        try:
            async with session.post(
                settings.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                if not 200 <= response.status < 300:
                    reason = f"{response.status} {response.reason}"
                    words = f"Wrong response from the webhook: {reason}"
                    return WebhookError(words, "status", response.status)
                answer = await _read_answer(response.headers, response.content)
        except TimeoutError:
            return WebhookError("Read timeout expired", "timeout")
        except ClientError as error:
            return WebhookError(f"Connection failed: {type(error).__name__}", "connection")
        self._updates.confirm(update)
        await self._run_method(answer)
        return None

    async def _run_method(self, answer: Body) -> None:
        """Execute the method in a webhook's answer; as in Telegram, nobody learns its result."""
        name = answer.fields.pop("method", None)
        if isinstance(name, str) and self._execute is not None:
            try:
                await self._execute(name, answer)
            except ApiError:
                # The refused call is in the playground's list of calls.
                return


async def _read_answer(headers: Any, content: Any) -> Body:
    try:
        return await read_body(headers, content)
    except ApiError:
        return Body()
