"""Whether the bot is there, as far as can be seen from here."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from urllib.parse import urlsplit

from playground.events import Json
from playground.state import State
from playground.webhook import WebhookDelivery

PROBE_SECONDS = 1.0


async def presence(state: State) -> Json:
    """Return {"connected", "problem", "waiting"}.

    The problem is None or its name: "nobody" (no webhook is set, and nobody has ever asked for
    updates), "away" (the bot's process does not answer), "slow" (it answers too late) or
    "refusing" (it answers with the HTTP status that stands beside, under "status").
    """
    problem = await _webhook_problem(state.webhook)
    if state.webhook.settings is None:
        until = state.updates.polled_until
        late = until is not None and time.monotonic() > until
        problem = {"problem": "nobody"} if until is None else {"problem": "away"} if late else None
    return {
        "connected": problem is None,
        "problem": None,
        **(problem or {}),
        "waiting": len(state.updates),
    }


async def _webhook_problem(webhook: WebhookDelivery) -> Json | None:
    if webhook.settings is None:
        return None
    if not await _listens(webhook.settings.url):
        return {"problem": "away"}
    error = webhook.last_error
    if not webhook.failing or error is None or error.kind == "connection":
        return None
    if error.kind == "timeout":
        return {"problem": "slow"}
    return {"problem": "refusing", "status": error.status}


async def _listens(url: str) -> bool:
    """Say whether somebody takes connections at the host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
