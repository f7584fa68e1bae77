"""The command collect: what it leaves, how it goes on, what it says."""

import csv
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.model_layer.command_line import CommandLine, names
from tests.training.collect.conftest import Collect, Gathered, skipped
from tests.training.collect.fake_flickr import (
    CC_BY_4,
    FakeFlickr,
    jpeg,
    status,
)  # fmt: skip
from training.dataset import find_pictures, load_pictures


def test_pictures_come_with_their_provenance(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    entry = flickr.add(title='rain, "neon"\nat night', license=int(CC_BY_4))
    flickr.photos[0]["title"] = 'neon  rain, "late"\n'
    assert collect("--text", "neon", "--count", 1) == 0
    assert names(Path("neon")) == {"manifest.csv", "5000000001.jpg"}
    data = Path("neon/5000000001.jpg").read_bytes()
    assert data == jpeg(0)
    with Path("neon/manifest.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    value = row.pop("perceptual_hash")
    assert len(value) == 16
    assert int(value, 16)
    assert row == {
        "photo_id": "5000000001",
        "title": 'neon rain, "late"',
        "author": "An Author",
        "licence": "CC BY 4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "page_url": "https://www.flickr.com/photos/66956608@N06/5000000001/",
        "file_url": entry["url_l"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "width": "400",
        "height": "300",
        "file": "5000000001.jpg",
    }
    assert cli.out == "neon: 1 pictures, 1 of them new\n"
    assert cli.errors == []


def test_the_training_takes_the_folder_as_it_is(
    flickr: FakeFlickr, collect: Collect, tmp_path: Path
) -> None:
    for _ in range(3):
        flickr.add()
    assert collect("--text", "neon", "--count", 3) == 0
    assert len(load_pictures(find_pictures([tmp_path / "neon"]), 256, 224)) == 3


def test_a_second_run_fetches_only_what_is_missing(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    flickr.add(jpeg(1)[:900])
    flickr.add(jpeg(2))
    flickr.add(jpeg(2, quality=50))
    flickr.add(jpeg(3))
    assert collect("--text", "neon", "--count", 2) == 0
    before = flickr.sent.copy()
    flickr.add(jpeg(4))
    flickr.add(jpeg(3, quality=50))  # the duplicate of one from the first run
    assert collect("--text", "neon", "--count", 9) == 0
    assert flickr.sent - before == {"5000000005_b.jpg": 1, "5000000006_b.jpg": 1}
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["2", "4", "5"]
    assert cli.out.splitlines()[0] == "neon: 3 pictures, 1 of them new"
    assert skipped(cli) == {
        "broken picture (known from before)": 1,
        "looks like another (known from before)": 1,
        "looks like another": 1,
    }


def test_a_full_folder_asks_for_nothing(flickr: FakeFlickr, collect: Collect) -> None:
    flickr.add()
    assert collect("--text", "neon", "--count", 1) == 0
    calls = len(flickr.calls)
    assert collect("--text", "neon", "--count", 1) == 0
    assert len(flickr.calls) == calls


def test_a_picture_deleted_by_hand_stays_away(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    for _ in range(3):
        flickr.add()
    assert collect("--text", "neon", "--count", 3) == 0
    Path("neon/5000000002.jpg").unlink()
    assert collect("--text", "neon", "--count", 3) == 0
    assert flickr.sent["5000000002_b.jpg"] == 1
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["1", "3"]
    assert skipped(cli) == {"deleted (known from before)": 1}


def test_the_key_is_never_told(
    flickr: FakeFlickr,
    collect: Collect,
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even when Flickr quotes it: neither by us, nor in an address that a proxy would log."""
    caplog.set_level("DEBUG")
    secret = "fedcba9876543210"
    monkeypatch.setenv("FLICKR_API_KEY", secret)
    flickr.add()
    assert collect("--text", "neon", "--count", 1) == 2
    assert cli.errors[-1] == (
        "error: Flickr does not accept the key in FLICKR_API_KEY: "
        "Invalid API Key (Key not found: …) (code 100)"
    )
    monkeypatch.setenv("FLICKR_API_URL", "http://127.0.0.1:9/")
    assert collect("--text", "neon", "--count", 1) == 2
    assert cli.errors[-1] == "error: 127.0.0.1: cannot be reached"
    assert flickr.calls[0]["api_key"] == secret
    told = [*flickr.urls, *cli.errors, cli.out, caplog.text]
    assert not any(secret in text for text in told)
    assert caplog.text


def test_without_a_key(collect: Collect, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLICKR_API_KEY", " ")
    assert collect("--text", "neon", "--count", 1) == 2
    (line,) = cli.errors
    assert line.startswith("error: FLICKR_API_KEY is not set; get a key at https://")
    assert not Path("neon").exists()


def test_without_anything_to_look_for(collect: Collect, cli: CommandLine) -> None:
    assert collect("--count", 1) == 2
    assert cli.errors == ["error: say what to look for: --text, --tag or --group"]
    assert not Path("neon").exists()


def test_ctrl_c_leaves_a_folder_to_go_on_with(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, tmp_path: Path
) -> None:
    """The second picture never ends; the program is interrupted while it waits."""
    for _ in range(3):
        flickr.add()
    name = "5000000002_b.jpg"
    root = Path(__file__).parents[3]
    program = subprocess.Popen(
        [sys.executable, "-m", "training", "collect", "-o", "neon", "--rate", "1000",
         "--text", "neon", "--count", "3"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def interrupt(_: object) -> Any:
        program.send_signal(signal.SIGINT)
        return status(503, {"Retry-After": "60"})(None)  # type: ignore[arg-type]

    flickr.on_picture[name] = interrupt
    out, errors = program.communicate(timeout=60)
    assert program.returncode == 130
    assert out == "neon: 1 pictures, 1 of them new\n"
    assert errors.splitlines()[-1] == "interrupted"
    assert names(tmp_path / "neon") == {"manifest.csv", "5000000001.jpg"}
    del flickr.on_picture[name]
    assert collect("--text", "neon", "--count", 3) == 0
    assert len(gathered()) == 3
    assert flickr.sent["5000000001_b.jpg"] == 1


@pytest.mark.parametrize("option", [["--rate", "0"], ["--rate", "nan"], ["--count", "0"]])
def test_numbers_that_make_no_sense(cli: CommandLine, option: list[str]) -> None:
    assert cli("collect", "-o", "neon", "--text", "x", "--count", "1", *option) == 2
    (line,) = cli.errors
    assert option[0] in line
