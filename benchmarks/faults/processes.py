"""The bot's processes, which may be killed and started again."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from aiohttp import ClientError, ClientSession
from pydantic import HttpUrl, SecretStr

from handler.endpoints import HEALTH_PATH, WEBHOOK_PATH
from handler.settings import Settings
from handler.telegram.client import create_bot
from model_layer.effects import offered_effects
from playground import Playground
from playground.engine import DIGESTS

START_SECONDS = 120.0
STORE = "store.db"
STOP_SECONDS = 8.0
"""A stop takes less, whatever happens."""


class BotProcess:
    """``python -m playground.fake_bot COMMAND``, again and again.

    Args:
        command: serve or work.
        environment: of the process: its settings.
        log: its output is added there.
    """

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def runs(self) -> bool:
        """Whether it has been started and not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; a server is waited for."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "playground.fake_bot", self._command),
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        if self._command == "serve":
            url = f"http://127.0.0.1:{self._environment['PORT']}{HEALTH_PATH}"
            async with asyncio.timeout(START_SECONDS), ClientSession() as session:
                while not await _answers(session, url):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL, as a host does that is out of memory."""
        if self._process and self.runs:
            self._process.kill()
            await self._process.wait()

    async def kill_worker(self) -> None:
        """SIGKILL the worker that this process supervises, if there is one right now."""
        if self._process:
            for worker in _children(self._process.pid):
                os.kill(worker, signal.SIGKILL)

    async def stop(self) -> float:
        """SIGTERM; returns how many seconds it took to end."""
        began = time.monotonic()
        if self._process and self.runs:
            self._process.terminate()
            await self._process.wait()
        return time.monotonic() - began


async def _answers(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(url):
            return True
    except ClientError:
        return False


def _children(pid: int) -> list[int]:
    listing = subprocess.run(  # noqa: S603  # our own process's id
        ["pgrep", "-P", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in listing.stdout.split()]


def settings_of(telegram: Playground, folder: Path) -> dict[str, str]:
    """Return the settings of a bot beside a local Telegram, as environment variables.

    Args:
        telegram: to speak with.
        folder: for the store and the description of the models; made if it is missing.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    weights = folder / "weights"
    weights.mkdir(parents=True)
    (weights / "manifest.json").write_text(json.dumps(_manifest()), encoding="utf-8")
    (weights / "none.safetensors").touch()
    return {
        "BOT_TOKEN": telegram.token,
        "WEBHOOK_SECRET": secrets.token_urlsafe(24),
        "TELEGRAM_API_URL": telegram.url,
        "WEIGHTS": str(weights),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "STORE": str(folder / STORE),
        "NO_PROXY": "127.0.0.1",
    }


async def set_webhook(telegram: Playground, settings: Mapping[str, str]) -> None:
    """Tell the local Telegram where a bot with these settings is."""
    token, url = SecretStr(telegram.token), HttpUrl(telegram.url)
    async with create_bot(Settings(bot_token=token, telegram_api_url=url)) as bot:
        await bot.set_webhook(
            f"http://127.0.0.1:{settings['PORT']}{WEBHOOK_PATH}",
            secret_token=settings["WEBHOOK_SECRET"],
        )


def _manifest() -> dict[str, object]:
    """Describe a model for each effect; the engine without networks opens none of their files."""
    kinds = {(effect.family, effect.scale) for effect in offered_effects()}
    models = [
        {
            "name": f"{family}-x{scale}",
            "effect": family,
            "scale": scale,
            "file": "none.safetensors",
            "sha256": DIGESTS["better"],
            "bytes": 1,
            "architecture": "test",
            "parameters": {},
            "weights": 1,
            "operations_per_pixel": 1,
            "card": "none.md",
            "licence": "MIT",
        }
        for family, scale in sorted(kinds)
    ]
    return {"version": 1, "models": models}
