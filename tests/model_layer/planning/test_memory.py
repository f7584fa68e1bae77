"""Free memory and peaks, as Linux tells them."""

import math
import mmap
import sys
from pathlib import Path

import pytest

from model_layer.effects import Neon, Upscale
from model_layer.planning import memory

MEBIBYTE = 1024 * 1024
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A container's limit of 100 bytes, 60 of them used, 20 of these by files."""
    (tmp_path / "memory.max").write_text("100\n")
    (tmp_path / "memory.current").write_text("60\n")
    (tmp_path / "memory.stat").write_text("anon 40\ninactive_file 20\nactive_file 0\n")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    return tmp_path


def test_some_memory_is_free() -> None:
    assert 0 < memory.free_bytes() < math.inf


def test_a_container_has_what_its_limit_leaves(group: Path) -> None:
    assert memory.free_bytes() == 60


def test_a_container_without_a_limit_has_what_the_machine_has(group: Path) -> None:
    (group / "memory.max").write_text("max\n")
    assert memory.free_bytes() > MEBIBYTE


def test_where_nobody_tells_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_MEMORY", "_PROCESS", "_FORGET_PEAK", "_GROUP"):
        monkeypatch.setattr(memory, name, tmp_path / "missing" / name)
    assert memory.free_bytes() == math.inf
    assert memory.PeakMemory().bytes() is None


def test_a_peak_is_remembered_after_the_memory_is_free_again() -> None:
    peak = memory.PeakMemory()
    before = peak.bytes()
    if before is None:
        pytest.skip("this system does not let a process forget its peak")
    # Straight from the system: what the process has kept for reuse would not be new.
    with mmap.mmap(-1, 64 * MEBIBYTE) as data:
        for _ in range(64):
            data.write(bytes(MEBIBYTE))
    after = peak.bytes()
    assert after is not None
    assert 60 * MEBIBYTE < after < 128 * MEBIBYTE


def test_a_large_picture_is_predicted_to_need_what_it_was_seen_to() -> None:
    """By `python -m benchmarks.memory`: 360 MB more than before, and 390; never less."""
    assert 360e6 < memory.predicted_bytes(Neon(), (8000, 6000)) < 720e6
    assert 384e6 <= memory.predicted_bytes(Upscale(2), (4000, 3000)) < 600e6
