import asyncio
import logging

import aiohttp
import pytest
from aiogram import Bot

from playground import Person, Playground
from tests.playground.waiting import until


async def test_nothing_but_the_page_is_served(http: aiohttp.ClientSession) -> None:
    async with http.get("/static/%2e%2e/server.py") as response:
        assert response.status in {403, 404}
    async with http.get("/static/nothing.js") as response:
        assert response.status == 404


async def test_browsers_ask_for_new_versions_of_the_page(http: aiohttp.ClientSession) -> None:
    for path in ("/", "/static/app.js"):
        async with http.get(path) as response:
            assert response.headers["Cache-Control"] == "no-cache"


async def test_address_is_set_and_freed() -> None:
    async with Playground() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            await Playground(port=port).start()
    async with Playground(port=port) as second:
        assert second.url == first.url


async def test_token_is_not_logged(
    bot: Bot, alice: Person, telegram: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bot.send_message(alice.id, "Hello")
    ours = [r for r in caplog.records if not r.name.startswith("aiogram")]
    assert not any(telegram.token in record.getMessage() for record in ours)
    assert telegram.token not in repr(telegram._bot_api)


async def test_wait_for_call(telegram: Playground, bot: Bot, alice: Person) -> None:
    waiting = asyncio.create_task(telegram.wait_for_call("sendMessage"))
    await bot.get_me()
    await bot.send_message(alice.id, "Hello")
    assert (await waiting).params["text"] == "Hello"
    found = await telegram.wait_for_call(lambda call: call.params.get("chat_id") == alice.id)
    assert found.method == "sendMessage"
    with pytest.raises(TimeoutError, match="the bot called getMe, sendMessage"):
        await telegram.wait_for_call("sendPhoto", timeout=0.01)


async def test_stop_ends_what_is_waiting() -> None:
    async with Playground() as telegram, aiohttp.ClientSession(telegram.url) as http:
        stream = await http.get("/api/events")
        poll = asyncio.create_task(http.get(f"/bot{telegram.token}/getUpdates?timeout=30"))

        async def polled() -> bool:
            async with http.get("/api/bot") as response:
                return bool((await response.json())["connected"])

        await until(polled)
        async with asyncio.timeout(0.9):
            await telegram.stop()
        assert (await (await poll).json())["result"] == []
        assert await stream.content.read() == b": connected\n\n"


def test_unknown_person() -> None:
    with pytest.raises(LookupError):
        Playground().person_of(1)
