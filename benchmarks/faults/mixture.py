"""Runs the bot among people and faults."""

import asyncio
import random
import secrets
import sqlite3
import time
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from typing import Final

from benchmarks.faults.aws import FaultyAws
from benchmarks.faults.evidence import End, Evidence, Process
from benchmarks.faults.people import Crowd
from benchmarks.faults.processes import STORE, BotProcess, set_webhook, settings_of
from benchmarks.faults.report import Report
from benchmarks.faults.telegram import RandomFaults
from benchmarks.progress import progress
from playground import Playground
from playground.aws.local_aws import CREDENTIALS, REGION, TABLE, LocalAws, local_aws

DOWNLOADS_BETWEEN: Final = (5, 20)
"""Between two signals: so that a slow machine, too, has jobs to interrupt and gets on."""
SETTLING_SECONDS: Final = 90.0
"""For what is still queued when all people have their answers, or had them."""


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
        self._store = folder / STORE
        self._slowest_stop = 0.0
        self._ends: list[End] = []

    async def run(self, seconds: float) -> Report:
        """Let it happen; after ``seconds`` nobody sends another picture."""
        faults = RandomFaults(self._seed, self._share)
        token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(24)}"
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
            environment = settings_of(telegram, self._folder)
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
            await set_webhook(telegram, environment)
            crowd = Crowd(telegram, self._seed, self._jobs, seconds)
            signals = asyncio.create_task(self._send_signals(faults, serve, work))
            async with progress(self._jobs, crowd.answered):
                await crowd.act()
            signals.cancel()
            with suppress(asyncio.CancelledError):
                await signals
            await asyncio.gather(*(process.start() for process in processes if not process.runs))
            waiting = await self._settled(local)
            await self._stop(serve)
            evidence = Evidence(
                wishes=crowd.wishes,
                calls=telegram.calls,
                deliveries=telegram.deliveries,
                ends=self._ends,
                aws_faults=aws.injected if aws else [],
                accepted=frozenset(aws.kept if aws else self._accepted()),
            )
            return Report(
                evidence=evidence,
                unexpected=crowd.unexpected(),
                waiting=waiting,
                slowest_stop=self._slowest_stop,
                telegram_faults=faults.injected,
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
            sent = time.monotonic()
            if kind == "kill worker":
                await (work.kill() if work else serve.kill_worker())
            else:
                await (serve.kill() if kind == "kill serve" else self._stop(serve))
            ended = work if kind == "kill worker" else serve
            process: Process = "worker" if kind == "kill worker" else "serve"
            self._ends.append(End(process, kind, sent, time.monotonic()))
            if ended:
                await ended.start()
            begun = max(begun, faults.calls["download"])

    async def _stop(self, serve: BotProcess) -> None:
        self._slowest_stop = max(self._slowest_stop, await serve.stop())

    def _accepted(self) -> set[str]:
        query = "SELECT id FROM jobs UNION SELECT id FROM finished"
        with closing(sqlite3.connect(self._store)) as store:
            return {job for (job,) in store.execute(query)}

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
