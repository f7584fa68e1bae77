import asyncio
from pathlib import Path

import pytest

from handler.app import create_app
from handler.settings import MissingSettingError, Settings
from tests.handler.running_bot import (
    TOKEN,
    is_text,
    results,
    run_bot,
)


def test_without_a_secret_there_is_no_application() -> None:
    with pytest.raises(MissingSettingError, match="WEBHOOK_SECRET"):
        create_app(Settings.model_validate({"bot_token": TOKEN}))


async def test_stopping_ends_the_running_job_and_tells_who_waits(weights: Path) -> None:
    async with run_bot(weights, workers=1) as bot:
        bot.engine.gate.clear()
        alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob", language="ru")
        for person in (alice, bob):
            await person.press("neon:neon", await bot.offered(person))
        stopping = asyncio.create_task(bot.services.stop())
        await asyncio.sleep(0)
        bot.engine.gate.set()
        await stopping
        assert len(results(alice)) == 1
        await bob.wait_for(is_text(bot.texts(bob, "error-restarting")))
        assert results(bob) == []
