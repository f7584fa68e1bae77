"""What the page says when the bot, its webhook or the playground is away."""

from __future__ import annotations

import socket

import pytest
from playwright.async_api import expect

from playground import Playground
from tests.playground.page.actions import chat, write
from tests.playground.page.bot import client, running_bot
from tests.playground.page.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_missing_bot_is_told_until_it_comes(
    playground: Playground, open_page: OpenPage
) -> None:
    page = await open_page(playground.url)
    banner = page.get_by_role("status").filter(has_text="No bot has connected yet")
    await expect(banner).to_be_visible()
    await write(chat(page), "is somebody there?")
    async with running_bot(playground):
        await expect(chat(page)).to_contain_text("Send me a photo")
        await expect(banner).to_be_hidden(timeout=10_000)
        await expect(page.get_by_text("Bot is connected")).to_be_visible()


async def test_a_webhook_that_nobody_answers_is_told(
    playground: Playground, open_page: OpenPage
) -> None:
    bot = client(playground)
    await bot.set_webhook(f"http://127.0.0.1:{free_port()}/nobody")
    await bot.session.close()
    page = await open_page(playground.url)
    banner = page.get_by_role("status").filter(has_text="The bot’s process does not answer")
    await expect(banner).to_be_visible(timeout=10_000)
    await expect(page.get_by_text("Bot is away")).to_be_visible()
    await expect(page.get_by_text("Bot is connected")).to_have_count(0)


async def test_a_bot_that_stops_polling_is_missed(
    playground: Playground, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.updates.POLL_PAUSE", 0.5)
    async with running_bot(playground):
        page = await open_page(playground.url)
        await expect(page.get_by_text("Bot is connected")).to_be_visible()
    await expect(page.get_by_text("Bot is away")).to_be_visible(timeout=15_000)


async def test_what_cannot_be_sent_is_kept(open_page: OpenPage, problems: list[str]) -> None:
    async with Playground() as playground:
        page = await open_page(playground.url)
        column = chat(page)
    await expect(page.get_by_text("No connection")).to_be_visible()
    await write(column, "still here")
    await expect(column.locator(".toast-error")).to_contain_text("Nothing was lost")
    await expect(column.get_by_role("textbox")).to_have_value("still here")
    problems.clear()  # the browser notes every refused connection in its console


async def test_page_returns_after_the_playground_does(
    open_page: OpenPage, problems: list[str]
) -> None:
    port = free_port()
    async with Playground(port=port) as first:
        await first.person("Alice", "en").send_text("before the restart")
        page = await open_page(first.url)
        await expect(chat(page)).to_contain_text("before the restart")
    await expect(page.get_by_text("The playground does not answer: what")).to_be_visible()
    async with Playground(port=port) as second:
        await second.person("Clara", "en").send_text("after the restart")
        await expect(chat(page, "Clara")).to_contain_text("after the restart", timeout=15_000)
        await expect(chat(page, "Alice")).to_have_count(0)
        await expect(page.get_by_text("The playground does not answer: what")).to_be_hidden()
    problems.clear()  # the browser notes every refused connection in its console
