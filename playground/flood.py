"""Flood control: refuses messages that come too fast."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque

from playground.errors import RetryAfter


class FloodControl:
    """Counts the messages of the last second (sliding), per chat and in all; off by default.

    Attributes:
        per_chat_per_second: messages that one chat may get in a second, or None.
        per_second: messages that all chats together may get in a second, or None.
    """

    def __init__(self) -> None:
        self.per_chat_per_second: float | None = None
        self.per_second: float | None = None
        self._sent: defaultdict[object, deque[float]] = defaultdict(deque)

    def admit(self, chat_id: object) -> None:
        """Count a message, or raise RetryAfter when it comes too early."""
        limits = [(chat_id, self.per_chat_per_second), (None, self.per_second)]
        now = time.monotonic()
        wait = max(self._wait(key, limit, now) for key, limit in limits)
        if wait > 0:
            raise RetryAfter(math.ceil(wait))
        for key, limit in limits:
            if limit is not None:
                self._sent[key].append(now)

    def _wait(self, key: object, limit: float | None, now: float) -> float:
        """Return the seconds until another message fits; a limit below 1 stretches the window."""
        if limit is None:
            return 0.0
        count = max(1, int(limit))
        window = count / limit
        sent = self._sent[key]
        while sent and now - sent[0] >= window:
            sent.popleft()
        return 0.0 if len(sent) < count else window - (now - sent[0])
