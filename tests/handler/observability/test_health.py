import asyncio
import json
from pathlib import Path

from aiohttp import ClientSession

from handler.endpoints import HEALTH_PATH
from tests.handler.running_bot import NEON_DIGEST, UPSCALE_DIGEST, Json, RunningBot, run_bot


async def test_health_names_the_models_and_the_jobs_that_wait(weights: Path) -> None:
    async with run_bot(weights, workers=1, transfers=1) as bot:
        assert await _health(bot) == (
            200,
            {
                "status": "ok",
                "waiting": 0,
                "models": {
                    **dict.fromkeys(["neon:neon", "lights:neon"], NEON_DIGEST),
                    **dict.fromkeys(["upscale:2", "upscale:3", "upscale:4"], UPSCALE_DIGEST),
                },
            },
        )
        bot.engine.gate.clear()
        for name in ("Alice", "Bob", "Carol", "Dave"):
            person = bot.telegram.person(name)
            await person.press("neon:neon", await bot.offered(person))
        async with asyncio.timeout(10):  # one is computed, one is fetched meanwhile
            while (await _health(bot))[1]["waiting"] != 2:  # noqa: ASYNC110  # /health is asked
                await asyncio.sleep(0.01)


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


async def test_a_manifest_without_its_files_is_not_enough(weights: Path) -> None:
    (weights / "upscale-x4.safetensors").unlink()
    async with run_bot(weights) as bot:
        status, report = await _health(bot)
        assert (status, report["status"]) == (503, "weights missing")
        assert [code for code, digest in report["models"].items() if not digest] == ["upscale:4"]
        (weights / "upscale-x4.safetensors").touch()
        assert (await _health(bot))[0] == 200


async def _health(bot: RunningBot) -> tuple[int, Json]:
    async with ClientSession() as session, session.get(bot.url + HEALTH_PATH) as response:
        return response.status, await response.json()
