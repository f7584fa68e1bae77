"""Files kept by their checksum: whole or not at all."""

import errno
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from model_layer.store.cache import FileCache
from model_layer.store.sources import WrongChecksumError

DATA = b"weights" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def writing(data: bytes) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        file.write(data)

    return write


def never(file: BinaryIO) -> None:
    raise AssertionError("nothing is to be written")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_what_was_added_is_there(folder: Path) -> None:
    assert FileCache(folder).get(SHA256) is None
    assert FileCache(folder).add(SHA256, len(DATA), writing(DATA)) == DATA
    assert FileCache(folder).get(SHA256) == DATA
    assert names(folder) == [SHA256]


def test_only_the_owner_can_look_inside(folder: Path) -> None:
    FileCache(folder).add(SHA256, len(DATA), writing(DATA))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_damaged_file_is_as_good_as_none(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = FileCache(folder)
    cache.add(SHA256, len(DATA), writing(DATA))
    (folder / SHA256).write_bytes(DATA[:-1])
    assert cache.get(SHA256) is None
    assert names(folder) == []
    assert f"{SHA256} is damaged" in caplog.text


def test_something_else_is_not_kept(folder: Path) -> None:
    with pytest.raises(WrongChecksumError):
        FileCache(folder).add(SHA256, len(DATA), writing(b"something else"))
    assert names(folder) == []


def test_an_interruption_leaves_nothing(folder: Path) -> None:
    def interrupted(file: BinaryIO) -> None:
        file.write(DATA[:100])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FileCache(folder).add(SHA256, len(DATA), interrupted)
    assert names(folder) == []


def test_a_disk_without_room_is_noticed_before_anything_is_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(free=len(DATA) - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(OSError, match="No space left") as caught:
        FileCache(folder).add(SHA256, len(DATA), never)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_disk_that_fills_up_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    monkeypatch.setattr(os, "open", lambda *_: real("/dev/full", os.O_RDWR))
    with pytest.raises(OSError, match="No space left"):
        FileCache(folder).add(SHA256, len(DATA), writing(DATA))
    assert FileCache(folder).get(SHA256) is None


def test_what_dead_processes_left_is_removed_and_what_others_write_is_not(folder: Path) -> None:
    folder.mkdir(parents=True)
    old, new = folder / ".old.part", folder / ".new.part"
    old.touch()
    new.touch()
    os.utime(old, (time.time() - 1000,) * 2)
    FileCache(folder).add(SHA256, len(DATA), writing(DATA))
    assert sorted(names(folder)) == sorted([".new.part", SHA256])


def test_many_add_the_same_file_at_once(folder: Path) -> None:
    together = threading.Barrier(8, timeout=30)
    results: list[bytes] = []

    def write(file: BinaryIO) -> None:
        together.wait()  # all files are open, none is finished
        file.write(DATA)

    def add() -> None:
        results.append(FileCache(folder).add(SHA256, len(DATA), write))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [DATA] * 8
    assert names(folder) == [SHA256]
