import asyncio
import socket

import pytest
from aiogram import Bot
from aiohttp import web

from playground import Playground
from playground.presence import presence
from tests.playground.waiting import until


async def seen(telegram: Playground) -> tuple[bool, str | None]:
    answer = await presence(telegram._state)
    return answer["connected"], answer["problem"]


async def test_a_bot_that_polls_is_there_until_it_stops(
    telegram: Playground, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await seen(telegram) == (False, "nobody")
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await until(lambda: _is(telegram, (True, None)))
    await telegram.person().send_text("hello")
    await polling
    assert await seen(telegram) == (True, None)
    monkeypatch.setattr("playground.updates.POLL_PAUSE", -1.0)
    await bot.get_updates()
    assert await seen(telegram) == (False, "away")


async def test_a_webhook_that_nobody_listens_at_is_away(telegram: Playground, bot: Bot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        await bot.set_webhook(url)
        assert await seen(telegram) == (True, None)
    assert await seen(telegram) == (False, "away")
    await telegram.person().send_text("hello")
    assert (await presence(telegram._state))["waiting"] == 1


async def test_a_webhook_that_refuses_is_told_apart(telegram: Playground, bot: Bot) -> None:
    answers = {"status": 503}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=answers["status"])

    application = web.Application()
    application.router.add_post("/hook", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
        await telegram.person().send_text("hello")
        await until(lambda: _is(telegram, (False, "refusing")))
        assert (await presence(telegram._state))["status"] == 503
        answers["status"] = 200
        await until(lambda: _is(telegram, (True, None)))
    finally:
        await runner.cleanup()


async def _is(telegram: Playground, expected: tuple[bool, str | None]) -> bool:
    return await seen(telegram) == expected
