import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("options", [[], ["--aws"]], ids=["sqlite", "aws"])
def test_everything_at_once_breaks_no_promise(options: list[str]) -> None:
    arguments = ["--seed", "7", "--jobs", "30", "--seconds", "400", *options]
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
