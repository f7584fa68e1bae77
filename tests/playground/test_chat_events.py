import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from playground import Person, Playground, chat_events
from tests.playground.waiting import until


async def next_event(response: aiohttp.ClientResponse) -> Any:
    async with asyncio.timeout(5):
        while not (line := await response.content.readline()).startswith(b"data: "):
            assert line, "the stream ended"
    return json.loads(line.removeprefix(b"data: "))


async def test_events_in_order(
    telegram: Playground, http: aiohttp.ClientSession, bot: Bot, alice: Person
) -> None:
    async with http.get("/api/events") as response:
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        bob = telegram.person("Bob", "ru")
        theirs = await alice.send_text("hello")
        await bot.send_chat_action(alice.id, "upload_photo")
        sent = await bot.send_message(alice.id, "one")
        await sent.edit_text("two")
        await bot.delete_message(alice.id, sent.message_id)
        events = [await next_event(response) for _ in range(6)]
    head = {"chat_id": alice.id}
    assert events[0] == {
        "type": "chat",
        "chat": {"id": bob.id, "kind": "private", "name": "Bob", "language": "ru"},
    }
    assert events[1] == {"type": "message", **head, "message": theirs}
    assert events[2] == {"type": "action", **head, "action": "upload_photo"}
    assert (events[3]["type"], events[3]["message"]["text"]) == ("message", "one")
    assert (events[4]["type"], events[4]["message"]["text"]) == ("edited", "two")
    assert events[5] == {"type": "deleted", **head, "message_id": sent.message_id}


async def test_quiet_stream_shows_that_it_lives(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_events, "HEARTBEAT_SECONDS", 0.01)
    async with http.get("/api/events") as response:
        lines = [await response.content.readline() for _ in range(3)]
    assert lines == [b": connected\n", b"\n", b": still here\n"]


async def test_closed_stream_is_forgotten(
    telegram: Playground, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_events, "HEARTBEAT_SECONDS", 0.01)
    async with http.get("/api/events") as response:
        await response.content.readline()
        assert len(telegram._state.events._queues) == 1

    async def forgotten() -> bool:
        return not telegram._state.events._queues

    await until(forgotten)
