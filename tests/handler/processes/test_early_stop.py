"""A process that is told to stop while it still reads its modules."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("command", "code"), [(["serve"], 0), (["work"], 0), (["webhook", "set"], -signal.SIGTERM)]
)
async def test_a_command_that_runs_until_it_is_stopped_ends_well(
    command: list[str], code: int, tmp_path: Path
) -> None:
    module = "import pathlib, time\npathlib.Path(__file__).with_name('begun').touch()\n"
    (tmp_path / "aiogram.py").write_text(module + "time.sleep(3600)\n")  # as on a slow disk
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handler", *command),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    async with asyncio.timeout(60):
        while not (tmp_path / "begun").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        process.terminate()
        assert await process.wait() == code
