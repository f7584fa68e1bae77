"""A machine, and a Telegram that repeats its updates."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground import Playground
from tests.handler.processes.machine import Machine
from tests.handler.running_bot import TOKEN
from tests.watched_log import secrets_in


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
    if machine.log.exists():
        log = machine.log.read_text()
        sys.stderr.write(log)  # shown where the test has failed
        assert not secrets_in(log)
