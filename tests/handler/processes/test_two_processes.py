"""What was accepted is answered once, whichever of the two processes dies, and wherever.

Real processes, real HTTP, and a Telegram that repeats updates; only the networks are missing.
"""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession
from pydantic import HttpUrl, SecretStr

from handler.endpoints import HEALTH_PATH, WEBHOOK_PATH
from handler.settings import Settings
from handler.telegram.client import create_bot
from handler.texts.texts import Texts
from playground import Fault, Person, Playground
from tests.handler.running_bot import (
    SECRET,
    TOKEN,
    has_buttons,
    is_text,
    jpeg,
    results,
    statuses,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0
"""Processes take long to start on a machine that is busy with other tests."""
STOP_SECONDS = 8.0
"""A stop takes less, whatever happens."""


class Machine:
    """The bot on a machine of its own: it can lose power, and start again."""

    def __init__(self, telegram: Playground, weights: Path, folder: Path) -> None:
        self.telegram = telegram
        self.pictures = 0
        self.faults = folder / "faults"
        self.faults.mkdir()
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

    async def start(self, command: str = "serve", **settings: str) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.handler.processes.bot_process", command),
            cwd=ROOT,
            env={**self.environment, **settings},
        )
        if command == "serve":
            await self._until_it_answers()

    async def set_webhook(self) -> None:
        settings = Settings(bot_token=SecretStr(TOKEN), telegram_api_url=HttpUrl(self.telegram.url))
        async with create_bot(settings) as bot:
            await bot.set_webhook(self.url + WEBHOOK_PATH, secret_token=SECRET)

    async def updates_are_handled(self) -> None:
        """Wait until every update that was begun is one that is done."""
        query = "SELECT count(*) FROM claims WHERE key LIKE 'update:%' AND NOT complete"
        with closing(sqlite3.connect(self.environment["STORE"])) as store:
            async with asyncio.timeout(30):
                while store.execute(query).fetchone() != (0,):  # noqa: ASYNC110
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


@pytest.fixture
async def patient_telegram() -> AsyncIterator[Playground]:
    async with Playground(token=TOKEN, retry_delay=0.1) as telegram:
        yield telegram


@pytest.fixture
async def machine(
    patient_telegram: Playground, weights: Path, tmp_path: Path
) -> AsyncIterator[Machine]:
    machine = Machine(patient_telegram, weights, tmp_path)
    await machine.set_webhook()
    yield machine
    if machine.process and machine.process.returncode is None:
        await machine.kill()


async def accepted(machine: Machine, names: str) -> list[Person]:
    """Let people send pictures and press a button, until Telegram knows that it is kept."""
    people = [machine.telegram.person(name) for name in names]
    for person in people:
        machine.pictures += 1
        await person.send_photo(jpeg((60 + machine.pictures, 50)))  # each another one
        offer = await person.wait_for(has_buttons, timeout=PATIENCE)
        assert await person.press("upscale:2", offer)
    await machine.updates_are_handled()
    return people


async def answered_once(people: list[Person]) -> None:
    for person in people:
        await person.wait_until(partial(has_result, person), timeout=PATIENCE)
    await asyncio.sleep(0.5)  # for a second answer
    for person in people:
        assert len(results(person)) == 1, person.messages
        assert statuses(person) == []


def has_result(person: Person) -> bool:
    return bool(results(person))


async def test_after_a_kill_all_that_was_accepted_is_answered(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "ABCDEFG")
    await machine.kill()
    machine.end_fault("hold")
    assert not any(map(results, people))
    await machine.start()
    await answered_once(people)


async def test_a_stop_is_quick_and_loses_nothing_however_often_it_is_asked_for(
    machine: Machine,
) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "ABCDEFG")
    assert await machine.stop(signals=2) < STOP_SECONDS
    assert machine.process
    assert machine.process.returncode == 0
    machine.end_fault("hold")
    await machine.start()
    await answered_once(people)


async def test_a_stop_lets_running_work_end(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    (alice,) = await accepted(machine, "A")
    await machine.until_there_are(1, "begun-*")
    stopping = asyncio.create_task(machine.stop())
    await asyncio.sleep(0.5)
    machine.end_fault("hold")
    assert await stopping < STOP_SECONDS
    assert len(results(alice)) == 1


async def test_a_telegram_that_hangs_does_not_hold_up_a_stop(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "AB")
    await machine.until_there_are(1, "begun-*")
    for method in ("editMessageText", "editMessageMedia", "sendMessage", "sendChatAction"):
        machine.telegram.fail_next(method, Fault("hang", seconds=20), times=99)
    unheard = asyncio.create_task(machine.telegram.person("C").send_text("/start"))
    machine.end_fault("hold")  # the result is on its way into the hanging connection
    await asyncio.sleep(1)
    assert await machine.stop() < STOP_SECONDS
    await unheard
    machine.telegram.recover()
    await machine.start()
    await answered_once(people)


async def test_a_worker_that_is_killed_costs_nobody_the_answer(machine: Machine) -> None:
    await machine.start()
    for number, stage in enumerate(["received", "downloaded", "computing", "delivered"], 1):
        machine.fault(f"kill-{stage}")
        await answered_once(await accepted(machine, f"{stage[0]}{number}"))
        assert not (machine.faults / f"kill-{stage}").exists()
        await machine.until_there_are(number + 1, "worker-*")


async def test_a_worker_that_hangs_is_replaced(machine: Machine) -> None:
    machine.fault("hang")
    await machine.start(JOB_SECONDS="2")
    await answered_once(await accepted(machine, "A"))
    await machine.until_there_are(2, "worker-*")


async def test_a_job_that_kills_every_worker_is_apologised_for(machine: Machine) -> None:
    machine.fault("deadly")
    await machine.start()
    (alice,) = await accepted(machine, "A")
    await alice.wait_for(is_text(Texts("en").get("en", "error-internal")), timeout=PATIENCE)
    assert results(alice) == []
    assert statuses(alice) == []
    machine.end_fault("deadly")
    await answered_once(await accepted(machine, "B"))


async def test_a_worker_that_has_grown_is_replaced_between_two_jobs(machine: Machine) -> None:
    await machine.start(WORKER_MEGABYTES="1")
    for name in "AB":
        await answered_once(await accepted(machine, name))
    await machine.until_there_are(2, "worker-*")


async def test_polling_has_a_worker_beside_it_too(
    machine: Machine, patient_telegram: Playground
) -> None:
    machine.fault("kill-computing")
    await machine.start("poll")
    await answered_once(await accepted(machine, "A"))
    assert await machine.stop() < STOP_SECONDS
