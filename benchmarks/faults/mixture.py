"""Runs the bot among people and faults."""

import asyncio
import json
import random
import secrets
import socket
import sqlite3
import time
from collections import Counter
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from typing import Final

from pydantic import HttpUrl, SecretStr

from benchmarks.faults.aws import FaultyAws
from benchmarks.faults.people import Crowd
from benchmarks.faults.processes import BotProcess
from benchmarks.faults.report import Report
from benchmarks.faults.telegram import RandomFaults
from handler.endpoints import WEBHOOK_PATH
from handler.settings import Settings
from handler.telegram.client import create_bot
from model_layer.effects import offered_effects
from playground import Playground
from playground.aws.local_aws import CREDENTIALS, REGION, TABLE, LocalAws, local_aws
from playground.engine import DIGESTS

DOWNLOADS_BETWEEN: Final = (5, 20)
"""Between two signals: so that a slow machine, too, has jobs to interrupt and gets on."""
SETTLING_SECONDS: Final = 90.0
"""For what is still queued when all people have their answers."""


class Mixture:
    """Everything at once.

    Args:
        folder: for the store, the log and what the processes need.
        seed: of all that happens by chance.
        jobs: pictures that people send.
        share: of the calls to Telegram and AWS that fail, 0 to 1.
        with_aws: whether queue and table are those of a stand-in for AWS.
    """

    def __init__(
        self, folder: Path, seed: int, jobs: int, share: float, *, with_aws: bool = False
    ) -> None:
        self._folder = folder
        self._seed = seed
        self._jobs = jobs
        self._share = share
        self._with_aws = with_aws
        self._store = folder / "store.db"
        self._slowest_stop = 0.0
        self._signals: Counter[str] = Counter()

    async def run(self, seconds: float) -> Report:
        """Let it happen, for ``seconds`` at most; returns what came of it."""
        faults = RandomFaults(self._seed, self._share)
        token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(24)}"
        timed_out = False
        async with AsyncExitStack() as stack:
            telegram = await stack.enter_async_context(
                Playground(
                    token,
                    retry_delay=0.2,
                    files_kept=20 * self._jobs,
                    calls_kept=100 * self._jobs,
                    faults=faults,
                )
            )
            environment = self._environment(telegram, token)
            aws, local = None, None
            if self._with_aws:
                local = stack.enter_context(local_aws("127.0.0.1", token, "unused"))
                aws = FaultyAws(local.port, self._seed, self._share)
                url = await stack.enter_async_context(aws.running())
                environment |= _aws_environment(local, url)
            log = self._folder / "bot.log"
            serve = BotProcess("serve", environment, log)
            work = BotProcess("work", environment, log) if aws else None
            processes = [serve, *filter(None, [work])]
            for process in processes:
                stack.push_async_callback(process.kill)
            stack.push_async_callback(serve.kill_worker)
            await asyncio.gather(*(process.start() for process in processes))
            await self._set_webhook(telegram, token, environment)
            crowd = Crowd(telegram, self._seed, self._jobs)
            signals = asyncio.create_task(self._send_signals(faults, serve, work))
            try:
                async with asyncio.timeout(seconds):
                    await crowd.act()
            except TimeoutError:
                timed_out = True
            signals.cancel()
            with suppress(asyncio.CancelledError):
                await signals
            await asyncio.gather(*(process.start() for process in processes if not process.runs))
            waiting = await self._settled(local)
            await self._stop(serve)
            return Report(
                accepted=len(aws.kept) if aws else self._accepted(),
                wishes=crowd.wishes,
                calls=telegram.calls,
                unexpected=crowd.unexpected(),
                waiting=waiting,
                slowest_stop=self._slowest_stop,
                timed_out=timed_out,
                telegram_faults=faults.injected,
                aws_faults=aws.injected if aws else Counter(),
                signals=self._signals,
            )

    def _environment(self, telegram: Playground, token: str) -> dict[str, str]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        weights = self._folder / "weights"
        weights.mkdir()
        (weights / "manifest.json").write_text(json.dumps(_manifest()), encoding="utf-8")
        (weights / "none.safetensors").touch()
        return {
            "BOT_TOKEN": token,
            "WEBHOOK_SECRET": secrets.token_urlsafe(24),
            "TELEGRAM_API_URL": telegram.url,
            "WEIGHTS": str(weights),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "STORE": str(self._store),
            "NO_PROXY": "127.0.0.1",
        }

    async def _set_webhook(
        self, telegram: Playground, token: str, environment: dict[str, str]
    ) -> None:
        settings = Settings(bot_token=SecretStr(token), telegram_api_url=HttpUrl(telegram.url))
        async with create_bot(settings) as bot:
            await bot.set_webhook(
                f"http://127.0.0.1:{environment['PORT']}{WEBHOOK_PATH}",
                secret_token=environment["WEBHOOK_SECRET"],
            )

    async def _send_signals(
        self, faults: RandomFaults, serve: BotProcess, work: BotProcess | None
    ) -> None:
        """Kill and restart until cancelled."""
        chance = random.Random(f"{self._seed} signals")  # noqa: S311
        begun = 0
        while True:
            begun += chance.randint(*DOWNLOADS_BETWEEN)
            while faults.calls["download"] < begun:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await asyncio.sleep(chance.uniform(0, 0.4))
            kind = chance.choice(["kill worker"] * 4 + ["kill serve"] * 2 + ["restart serve"] * 2)
            self._signals[kind] += 1
            if kind == "kill worker" and work:
                await work.kill()
                await work.start()
            elif kind == "kill worker":
                await serve.kill_worker()
            else:
                await (serve.kill() if kind == "kill serve" else self._stop(serve))
                await serve.start()
            begun = max(begun, faults.calls["download"])

    async def _stop(self, serve: BotProcess) -> None:
        self._slowest_stop = max(self._slowest_stop, await serve.stop())

    def _accepted(self) -> int:
        query = "SELECT id FROM jobs UNION SELECT id FROM finished"
        with closing(sqlite3.connect(self._store)) as store:
            return len(store.execute(query).fetchall())

    async def _settled(self, local: LocalAws | None) -> int:
        """Wait until the queue is empty; returns how many jobs it still has after a while."""
        give_up_at = time.monotonic() + SETTLING_SECONDS
        while (left := self._waiting(local)) and time.monotonic() < give_up_at:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)  # for a second answer
        return left

    def _waiting(self, local: LocalAws | None) -> int:
        if local:
            return local.jobs_left()
        with closing(sqlite3.connect(self._store)) as store:
            (count,) = store.execute("SELECT count(*) FROM jobs").fetchone()
        return int(count)


def _aws_environment(local: LocalAws, url: str) -> dict[str, str]:
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "QUEUE_URL": url + local.queue_url.partition(f":{local.port}")[2],
        "RESULTS_TABLE": TABLE,
    }


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
