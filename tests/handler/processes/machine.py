"""The bot on a machine of its own: real processes, which can be killed, and start again."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

from aiohttp import ClientError, ClientSession
from pydantic import HttpUrl, SecretStr

from handler.endpoints import HEALTH_PATH, WEBHOOK_PATH
from handler.settings import Settings
from handler.telegram.client import create_bot
from playground import Playground
from tests.handler.running_bot import SECRET, TOKEN

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0
"""Processes take long to start on a machine that is busy with other tests."""
DEADLY_SIZE = (66, 66)
"""Of a picture that takes down every process that decodes it."""


class Machine:
    """The bot on a machine of its own: it can lose power, and start again."""

    def __init__(self, telegram: Playground, weights: Path, folder: Path) -> None:
        self.telegram = telegram
        self.pictures = 0
        self.faults = folder / "faults"
        self.faults.mkdir()
        self.log = folder / "log"
        """What the processes have logged."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "BOT_TOKEN": TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_URL": telegram.url,
            "WEIGHTS": str(weights),
            "PORT": str(self.port),
            "STORE": str(folder / "store.db"),
            "FAULTS": str(self.faults),
        }
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fault(self, name: str) -> None:
        (self.faults / name).touch()

    def end_fault(self, name: str) -> None:
        (self.faults / name).unlink()

    async def until_there_are(self, count: int, pattern: str) -> None:
        """Wait for so many files that the processes have left."""
        async with asyncio.timeout(PATIENCE):
            while len(list(self.faults.glob(pattern))) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def until_it_struck(self, name: str) -> None:
        """Wait for a fault that strikes once."""
        async with asyncio.timeout(PATIENCE):
            while (self.faults / name).exists():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def start(self, command: str = "serve", **settings: str) -> None:
        self.process = await self.run(command, **settings)
        if command == "serve":
            await self._until_it_answers()

    async def run(self, command: str, **settings: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.handler.processes.bot_process", command),
                cwd=ROOT,
                env={**self.environment, **settings},
                stderr=log,
            )

    async def set_webhook(self) -> None:
        settings = Settings(bot_token=SecretStr(TOKEN), telegram_api_url=HttpUrl(self.telegram.url))
        async with create_bot(settings) as bot:
            await bot.set_webhook(self.url + WEBHOOK_PATH, secret_token=SECRET)

    async def updates_are_handled(self) -> None:
        """Wait until Telegram knows of every update that it is handled or kept."""
        async with asyncio.timeout(PATIENCE):
            while self.telegram.pending_updates:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self.process
        self.process.kill()
        await self.process.wait()

    async def stop(self, signals: int = 1) -> float:
        """Stop politely; returns how long that took."""
        assert self.process
        began = time.monotonic()
        for _ in range(signals):
            self.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        return time.monotonic() - began

    async def _until_it_answers(self) -> None:
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            while True:
                try:
                    async with session.get(self.url + HEALTH_PATH):
                        return
                except ClientError:
                    await asyncio.sleep(0.05)
