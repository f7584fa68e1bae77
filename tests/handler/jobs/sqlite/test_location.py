"""Where the store lies: where it was set, or where something can be kept; doubts are told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handler.jobs.sqlite import location
from handler.jobs.sqlite.location import durability_warning, locate


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another folder for temporary files, so that the test's own is none."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def writable_are(*folders: Path) -> Callable[[Path, int], bool]:
    return lambda folder, mode: mode == os.W_OK and folder in folders


def test_by_default_it_is_next_to_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(None) == str(tmp_path / "neon-bot.db")
    assert locate("other.db") == str(tmp_path / "other.db")


def test_without_a_place_to_write_it_is_among_temporary_files(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", writable_are(temporary))
    path = locate(str(tmp_path / "jobs.db"))
    assert path == str(temporary / "jobs.db")
    assert "among temporary files" in (durability_warning(path) or "")


def test_without_any_place_to_write_it_is_in_memory(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", writable_are())
    path = locate(str(tmp_path / "jobs.db"))
    assert path == locate(":memory:") == ":memory:"
    assert "will not survive this process" in (durability_warning(path) or "")


def test_a_folder_that_is_missing_is_a_mistake_and_not_mended(tmp_path: Path) -> None:
    path = str(tmp_path / "missing" / "jobs.db")
    assert locate(path) == path


@pytest.mark.usefixtures("temporary")
@pytest.mark.parametrize(
    ("in_container", "on_volume"), [(True, False), (True, True), (False, True)]
)
def test_a_container_without_a_volume_is_told_that_jobs_will_not_survive_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_container: bool, on_volume: bool
) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setattr(location, "CONTAINER_MARKS", (mark,))
    monkeypatch.setattr(location, "ROOT", Path("/proc") if on_volume else tmp_path)
    if in_container:
        mark.touch()
    reason = durability_warning(str(tmp_path / "jobs.db"))
    assert (reason is None) == (on_volume or not in_container)
    assert reason is None or "mount a volume" in reason
