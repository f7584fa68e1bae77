"""Before torch is loaded, its threads are told to share the cores."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handler.jobs import engine

ROOT = Path(__file__).parents[3]
VARIABLES = ("OMP_WAIT_POLICY", "KMP_BLOCKTIME", "OMP_NUM_THREADS")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, "")  # so that it is as before after the test
        monkeypatch.delenv(variable)
    monkeypatch.setattr(os, "cpu_count", lambda: 16)


@pytest.mark.parametrize(
    ("quota", "threads"),
    [("max 100000", None), ("150000 100000", "2"), ("1600000 100000", None), (None, None)],
)
def test_threads_wait_without_spinning_and_are_no_more_than_the_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str | None, threads: str | None
) -> None:
    file = tmp_path / "cpu.max"
    if quota:
        file.write_text(f"{quota}\n")
    monkeypatch.setattr(engine, "CPU_QUOTA", file)
    engine.share_cores()
    assert [os.environ.get(name) for name in VARIABLES] == ["PASSIVE", "0", threads]


def test_what_is_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    engine.share_cores()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


@pytest.mark.slow
def test_torch_hears_of_it() -> None:
    script = (
        "import os; os.environ['OMP_DISPLAY_ENV'] = 'TRUE'\n"
        "from handler.jobs.engine import share_cores; share_cores(); import torch"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in done.stderr
