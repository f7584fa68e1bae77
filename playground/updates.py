"""Updates that wait for the bot, and its long polling for them."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from playground.errors import conflict
from playground.events import Json

# Telegram forgets a pressed button after this many seconds, and other updates after a day.
CALLBACK_LIFETIME = 150.0
UPDATE_LIFETIME = 24 * 3600.0
UPDATES_KEPT = 10_000
# Between two polls a bot may be busy with the updates of the first.
POLL_PAUSE = 10.0


@dataclass(frozen=True)
class Update:
    """Something the bot has to be told.

    Attributes:
        kind: "message", "edited_message", "callback_query" or "my_chat_member".
        payload: Telegram's object of that kind.
        lane: updates of one lane are delivered one after the other, lanes side by side.
    """

    update_id: int
    kind: str
    payload: Json
    lane: tuple[str, int]
    created: float = field(default_factory=time.monotonic)

    def json(self) -> Json:
        """Return Telegram's Update."""
        return {"update_id": self.update_id, self.kind: self.payload}

    def expired(self) -> bool:
        """Say whether it is too late to deliver this."""
        lifetime = CALLBACK_LIFETIME if self.kind == "callback_query" else UPDATE_LIFETIME
        return time.monotonic() - self.created > lifetime


class UpdateQueue:
    """Updates in order, until the bot has confirmed them.

    Attributes:
        allowed: the kinds that the bot wants, empty for all.
        on_change: called after an update came in.
        polled_until: ``time.monotonic()`` until which the next getUpdates is waited for before
            its bot counts as gone; None before the first.
    """

    def __init__(self) -> None:
        self.allowed: frozenset[str] = frozenset()
        self.on_change: Callable[[], None] | None = None
        self.polled_until: float | None = None
        self._pending: dict[int, Update] = {}
        # Numbers that go on growing after a restart, so that a bot which outlives it sees new ones.
        self._ids = itertools.count(int(time.time()))
        self._poll: asyncio.Future[str] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, payload: Json, chat_id: int) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        if self.allowed and kind not in self.allowed:
            return
        # In Telegram too, a person's pressed buttons do not queue behind their messages.
        lane = ("callback" if kind == "callback_query" else "chat", chat_id)
        update = Update(next(self._ids), kind, payload, lane)
        self._pending[update.update_id] = update
        if len(self._pending) > UPDATES_KEPT:
            del self._pending[next(iter(self._pending))]
        self.end_poll("update")
        if self.on_change is not None:
            self.on_change()

    def pending(self) -> list[Update]:
        """Return what is still to be delivered, in order."""
        for update in [update for update in self._pending.values() if update.expired()]:
            self.confirm(update)
        return list(self._pending.values())

    def confirm(self, update: Update) -> None:
        """Forget an update that was delivered."""
        self._pending.pop(update.update_id, None)

    def clear(self) -> None:
        """Forget all updates."""
        self._pending.clear()

    def allow(self, kinds: Collection[str]) -> None:
        """Say which kinds the bot wants from now on; none means all."""
        self.allowed = frozenset(kinds)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Return up to `limit` updates from `offset` on, waiting up to `seconds` for the first.

        Updates before `offset` are confirmed by it; a negative one counts from the end.

        Raises:
            ApiError: another poll began meanwhile (409).
        """
        self.end_poll("conflict")
        self.polled_until = time.monotonic() + seconds + POLL_PAUSE
        self._confirm_before(offset)
        deadline = time.monotonic() + seconds
        while not (updates := self.pending()) and (left := deadline - time.monotonic()) > 0:
            if await self._wait(left) == "closed":
                break
        self.polled_until = time.monotonic() + POLL_PAUSE
        return [update.json() for update in updates[:limit]]

    async def _wait(self, seconds: float) -> str:
        """Wait for an update; return why the waiting ended."""
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            async with asyncio.timeout(seconds):
                reason = await poll
        except TimeoutError:
            return "timeout"
        finally:
            if self._poll is poll:
                self._poll = None
        if reason == "conflict":
            raise conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
        return reason

    def _confirm_before(self, offset: int) -> None:
        pending = list(self._pending)
        confirmed = pending[:offset] if offset < 0 else [n for n in pending if n < offset]
        for update_id in confirmed:
            del self._pending[update_id]

    def end_poll(self, reason: str) -> None:
        """End a waiting poll: "update" (there is one), "conflict" (as an error) or "closed"."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)
