import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from handler.app import HEALTH_PATH, MissingSettingError, create_app
from handler.settings import Settings
from tests.handler.running_bot import (
    NEON_DIGEST,
    TOKEN,
    UPSCALE_DIGEST,
    Json,
    RunningBot,
    is_text,
    results,
    run_bot,
)

ROOT = Path(__file__).parents[2]


async def test_health_names_the_models_and_the_jobs_that_wait(weights: Path) -> None:
    async with run_bot(weights, workers=1) as bot:
        assert await _health(bot) == (
            200,
            {
                "status": "ok",
                "waiting": 0,
                "models": {
                    **dict.fromkeys(["neon:soft", "neon:neon", "neon:max"], NEON_DIGEST),
                    **dict.fromkeys(["upscale:2", "upscale:3", "upscale:4"], UPSCALE_DIGEST),
                },
            },
        )
        bot.engine.gate.clear()
        for name in ("Alice", "Bob", "Carol"):
            person = bot.telegram.person(name)
            await person.press("neon:max", await bot.offered(person))
        _, report = await _health(bot)
        assert report["waiting"] == 2


async def test_without_weights_the_bot_is_not_healthy(weights: Path) -> None:
    (weights / "manifest.json").unlink()
    async with run_bot(weights) as bot:
        status, report = await _health(bot)
        assert (status, report["status"]) == (503, "weights missing")


async def test_health_tells_which_model_is_missing(weights: Path) -> None:
    manifest = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    manifest["models"] = [model for model in manifest["models"] if model["scale"] != 3]
    (weights / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    async with run_bot(weights) as bot:
        status, report = await _health(bot)
        assert status == 503
        assert [code for code, digest in report["models"].items() if not digest] == ["upscale:3"]


def test_without_a_secret_there_is_no_application() -> None:
    with pytest.raises(MissingSettingError, match="WEBHOOK_SECRET"):
        create_app(Settings.model_validate({"bot_token": TOKEN}))


async def test_stopping_ends_the_running_job_and_tells_who_waits(weights: Path) -> None:
    async with run_bot(weights, workers=1) as bot:
        bot.engine.gate.clear()
        alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob", language="ru")
        for person in (alice, bob):
            await person.press("neon:max", await bot.offered(person))
        stopping = asyncio.create_task(bot.services.stop())
        await asyncio.sleep(0)
        bot.engine.gate.set()
        await stopping
        assert len(results(alice)) == 1
        await bob.wait_for(is_text(bot.texts(bob, "error-restarting")))
        assert results(bob) == []


@pytest.mark.parametrize("module", ["handler.app", "handler.__main__"])
def test_the_conversation_never_imports_torch(module: str) -> None:
    script = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


async def _health(bot: RunningBot) -> tuple[int, Json]:
    async with ClientSession() as session, session.get(bot.url + HEALTH_PATH) as response:
        return response.status, await response.json()
