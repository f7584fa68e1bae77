"""The bot itself, as a person meets it on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.handler.running_bot import RunningBot, bot_weights, run_bot
from tests.playground.page.actions import chat, picture_file
from tests.playground.page.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def neon_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningBot]:
    monkeypatch.chdir(tmp_path)  # no .env there
    async with run_bot(bot_weights(tmp_path)) as running:
        yield running


async def test_a_job_is_cancelled_by_its_button(neon_bot: RunningBot, open_page: OpenPage) -> None:
    neon_bot.engine.gate.clear()
    column = chat(await open_page(neon_bot.telegram.url))
    await column.locator("input[data-kind=photo]").set_input_files([picture_file()])
    await column.get_by_role("button", name="Send", exact=True).click()
    await column.get_by_role("button", name="👾 ×2").click()
    status = column.locator(".message-bot").last
    await expect(status).to_contain_text("25%")
    cancel = status.get_by_role("button", name="✖ Cancel")
    await cancel.click()
    await expect(status).to_contain_text("Cancelled")
    await expect(cancel).to_have_count(0)
    await expect(column.get_by_text("Your coin is back in your pocket")).to_be_visible()
    # The button under the picture works again.
    neon_bot.engine.gate.set()
    await column.get_by_role("button", name="👾 ×2").click()
    await expect(column.get_by_text("photo-x2.png")).to_be_visible()
