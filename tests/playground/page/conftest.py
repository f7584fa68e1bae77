"""A browser, a playground with a bot, and the page in that browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from playground import Playground
from tests.playground.page.bot import PageBot, running_bot

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = (1280, 800)

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; each page gets a context of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    async with Playground() as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground) -> AsyncIterator[PageBot]:
    async with running_bot(playground) as bot:
        yield bot


@pytest.fixture
def problems() -> list[str]:
    """What the browser's console complained about; a test that expects complaints clears it."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, problems: list[str]) -> AsyncIterator[OpenPage]:
    """Open an address in a window of a given size; no console errors are allowed."""
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(message.text)

    async def opener(url: str, size: tuple[int, int] = WIDE, **options: object) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="en-GB",
            reduced_motion="reduce",
            has_touch=bool(options.get("touch")),
        )
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)  # the page is some forty modules
        contexts.append(context)
        page = await context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(url)
        await page.locator(".column").first.wait_for()
        return page

    yield opener
    for context in contexts:
        await context.close()
    assert not problems


@pytest_asyncio.fixture(loop_scope="session")
async def page(playground: Playground, bot: PageBot, open_page: OpenPage) -> Page:
    """The page with the bot running and one empty chat, Alice's."""
    return await open_page(playground.url)
