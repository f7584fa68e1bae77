"""An album that was accepted is answered once, wherever the worker dies.

Real processes, real HTTP; only the networks are missing.
"""

import asyncio
import os
import signal

import pytest

from playground import Person
from tests.aws import Aws
from tests.handler.conversation.test_albums import made, sizes
from tests.handler.processes.machine import PATIENCE, Machine
from tests.handler.processes.test_two_processes import STAGES
from tests.handler.running_bot import has_buttons, jpeg, statuses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PICTURES = 3


async def accepted(machine: Machine, name: str) -> tuple[Person, list[tuple[int, int]]]:
    """Let a person send an album and press a button; returns how large each result will be."""
    person = machine.telegram.person(name)
    machine.pictures += PICTURES
    sent = [(60 + machine.pictures + n, 50) for n in range(PICTURES)]
    await person.send_album([jpeg(size) for size in sent])
    await machine.updates_are_handled()
    offer = await person.wait_for(has_buttons, timeout=PATIENCE)
    assert await person.press("@album:upscale:2", offer, timeout=PATIENCE)
    await machine.updates_are_handled()
    return person, [(2 * width, 2 * height) for width, height in sent]


async def answered_once(person: Person, wanted: list[tuple[int, int]]) -> None:
    await person.wait_until(lambda: len(made(person)) >= PICTURES, timeout=PATIENCE)
    await asyncio.sleep(0.5)  # for a second answer
    assert await sizes(person, made(person)) == wanted, person.messages
    await person.wait_until(lambda: statuses(person) == [], timeout=PATIENCE)


async def test_on_one_machine(machine: Machine) -> None:
    await machine.start()
    for number, stage in enumerate(STAGES, 1):
        machine.fault(f"kill-{stage}")
        album = await accepted(machine, f"{stage[0]}{number}")
        await machine.until_it_struck(f"kill-{stage}")
        await answered_once(*album)
        await machine.until_there_are(number + 1, "worker-*")


async def test_on_aws(machine: Machine, aws: Aws) -> None:
    machine.environment |= os.environ
    # The poll of a killed worker may take the job once more, to nobody's use.
    queue = aws.fifo_queue(max_receives=6)
    machine.environment |= {"QUEUE_URL": queue.url, "RESULTS_TABLE": aws.table()}
    await machine.start()
    worker = await machine.run("work")
    for number, stage in enumerate(STAGES, 1):
        machine.fault(f"kill-{stage}")
        album = await accepted(machine, f"{stage[0]}{number}")
        assert await asyncio.wait_for(worker.wait(), PATIENCE) == -signal.SIGKILL
        worker = await machine.run("work")
        await answered_once(*album)
    worker.terminate()
    assert await asyncio.wait_for(worker.wait(), PATIENCE) == 0


async def test_a_kill_of_everything(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    album = await accepted(machine, "A")
    await machine.until_there_are(1, "begun-*")
    await machine.kill()
    machine.end_fault("hold")
    await machine.start()
    await answered_once(*album)
