"""A decoder that crashes or hangs costs an attempt of the job, never the bot or others' jobs.

Decoders are native code that reads strangers' files. They run in the worker process, which is
replaced when one takes it down.
"""

from pathlib import Path

import pytest

from tests.handler.processes.machine import Machine
from tests.handler.processes.test_two_processes import accepted, answered_once

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
