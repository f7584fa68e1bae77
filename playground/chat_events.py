"""The stream of events that keeps the chat page up to date (server-sent events)."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from playground.events import Event, EventHub, Json

# Comments at this interval keep the connection open and find out that a page was closed.
HEARTBEAT_SECONDS = 15.0


async def stream_events(request: web.Request, hub: EventHub) -> web.StreamResponse:
    """Answer with events until the page leaves or the playground stops."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    with hub.subscribe() as queue:
        await response.prepare(request)
        try:
            await response.write(b": connected\n\n")
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        event = await queue.get()
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                if (body := event_body(event)) is not None:
                    await response.write(f"data: {json.dumps(body)}\n\n".encode())
        except ConnectionResetError:
            return response
    return response


def event_body(event: Event) -> Json | None:
    """Return an event as the page reads it, None for those that are not its affair."""
    head: Json = {"type": event.kind, "chat_id": event.chat_id}
    if event.kind in {"message", "edited"}:
        return {**head, "message": event.payload}
    if event.kind == "deleted":
        return {**head, **event.payload}
    if event.kind == "cleared":
        return head
    if event.kind == "action":
        return {**head, "action": event.payload}
    if event.kind == "chat":
        return {"type": "chat", "chat": event.payload}
    return None
