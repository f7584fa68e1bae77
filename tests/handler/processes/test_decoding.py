"""A decoder that crashes or hangs costs an attempt of the job, never the bot or others' jobs.

Decoders are native code that reads strangers' files. They run in the worker process, which is
replaced when one takes it down.
"""

import asyncio
import os
from pathlib import Path

import pytest

from handler.texts.texts import Texts
from playground import Person
from tests.aws import Aws
from tests.handler.processes.machine import DEADLY_SIZE, PATIENCE, Machine
from tests.handler.processes.test_two_processes import accepted, answered_once
from tests.handler.running_bot import has_buttons, is_text, jpeg, results, statuses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("fault", ["crash-decoding", "hang-decoding"])
async def test_it_costs_one_attempt_and_leaves_no_picture_behind(
    machine: Machine, tmp_path: Path, fault: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    machine.fault(fault)
    await machine.start(TMPDIR=str(temporary))
    await answered_once(await accepted(machine, "AB"))
    assert not (machine.faults / fault).exists()
    await machine.until_there_are(2, "worker-*")
    assert list(temporary.iterdir()) == []
    assert list(machine.faults.glob("written-*")) == []  # nor was one there for a while


async def deadly(machine: Machine) -> Person:
    """Let somebody ask for a picture that kills whoever decodes it."""
    person = machine.telegram.person("Deadly")
    await person.send_photo(jpeg(DEADLY_SIZE))
    offer = await person.wait_for(has_buttons, timeout=PATIENCE)
    assert await person.press("upscale:2", offer, timeout=PATIENCE)
    await machine.updates_are_handled()
    return person


async def apologised_to(person: Person) -> None:
    apology = is_text(Texts("en").get("en", "error-internal"))
    await person.wait_for(apology, timeout=3 * PATIENCE)  # three processes start, and die
    assert results(person) == []
    assert statuses(person) == []


async def test_a_deadly_picture_costs_those_beside_it_nothing(machine: Machine) -> None:
    """One is computed, and one is on its way to the chat, when the process dies: each time."""
    machine.fault("slow")
    machine.fault("hold")
    await machine.start()
    innocent = await accepted(machine, "AB")
    await machine.until_there_are(1, "begun-*")
    guilty = await deadly(machine)
    innocent += await accepted(machine, "D")
    machine.end_fault("hold")
    await apologised_to(guilty)
    await answered_once(innocent)


async def test_on_aws_it_costs_them_nothing_either(machine: Machine, aws: Aws) -> None:
    machine.environment |= os.environ
    machine.environment |= {"QUEUE_URL": aws.fifo_queue().url, "RESULTS_TABLE": aws.table()}
    machine.environment["VISIBILITY"] = "15"  # a slow start is not to look like a dead worker
    machine.fault("slow")
    machine.fault("hold")
    await machine.start()
    innocent = await accepted(machine, "AB")
    guilty = await deadly(machine)
    innocent += await accepted(machine, "D")
    machine.end_fault("hold")

    async def keep_working() -> None:
        while True:
            worker = await machine.run("work")
            try:
                await worker.wait()
            finally:
                if worker.returncode is None:
                    worker.kill()
                    await worker.wait()

    working = asyncio.create_task(keep_working())
    await apologised_to(guilty)
    await answered_once(innocent)
    working.cancel()
    await asyncio.wait([working])
