"""A decoder that crashes or hangs costs an attempt of the job, never the bot or others' jobs.

Decoders are native code that reads strangers' files. They run in the worker process, which is
replaced when one takes it down.
"""

from pathlib import Path

import pytest

from handler.texts.texts import Texts
from tests.handler.processes.machine import PATIENCE, Machine
from tests.handler.processes.test_two_processes import accepted, answered_once
from tests.handler.running_bot import is_text, jpeg, results

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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


async def test_a_picture_that_crashes_every_decoder_is_apologised_for_and_others_are_done(
    machine: Machine,
) -> None:
    machine.fault("poison")
    await machine.start()
    mallory = machine.telegram.person("M")
    await mallory.send_photo(jpeg((40, 60)))
    offer = await mallory.wait_for(lambda message: "reply_markup" in message, timeout=PATIENCE)
    assert await mallory.press("upscale:2", offer)
    await answered_once(await accepted(machine, "ABC"))
    await mallory.wait_for(is_text(Texts("en").get("en", "error-internal")), timeout=PATIENCE)
    assert results(mallory) == []
