"""Which pictures are kept, which skipped, and which tried again."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.model_layer.command_line import CommandLine, names
from tests.training.collect.conftest import Collect, Gathered, skipped
from tests.training.collect.fake_flickr import (
    GROUP,
    FakeFlickr,
    fail,
    jpeg,
    status,
)  # fmt: skip
from tests.training.pictures import noise


def test_it_stops_at_the_count(flickr: FakeFlickr, collect: Collect, gathered: Gathered) -> None:
    for _ in range(5):
        flickr.add()
    assert collect("--text", "neon", "--count", 2) == 0
    assert len(gathered()) == 2
    assert flickr.sent.total() == 2


def test_what_looks_the_same_is_kept_once(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    flickr.add(jpeg(1))
    flickr.add(jpeg(1))
    flickr.add(jpeg(1, 600, 450, quality=40))
    flickr.add(jpeg(2))
    assert collect("--text", "neon", "--count", 9) == 0
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["1", "4"]
    assert skipped(cli) == {"looks like another": 2}


def test_what_cannot_be_used_is_skipped_and_counted(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    flickr.add(jpeg(1)[:900])
    flickr.add(b"<html>sorry</html>")
    flickr.add(jpeg(2), width_l=255, height_l=300)
    flickr.add(jpeg(3, 300, 200))
    flickr.add(url_l="https://[no-address", width_l=400)
    flickr.add(url_l=f"{flickr.address}/files/gone.jpg")
    flickr.add(url_l=None)
    flickr.add(jpeg(4))
    assert collect("--text", "neon", "--count", 9) == 0
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["8"]
    assert skipped(cli) == {"no file to be had": 3, "broken picture": 2, "too small": 2}
    assert names(Path("neon")) == {"manifest.csv", "skipped.csv", "5000000008.jpg"}


@pytest.mark.parametrize(
    "number", ["../../escape", "/etc/passwd", "1/../../2", "", None, "1\n", 5.5]
)
def test_ids_that_are_none_never_become_files(
    flickr: FakeFlickr, collect: Collect, cli: CommandLine, tmp_path: Path, number: object
) -> None:
    before = names(tmp_path.parent)
    flickr.add(id=number)
    flickr.photos.append("no photo")  # type: ignore[arg-type]
    flickr.add()
    assert collect("--group", GROUP, "--count", 9) == 0
    assert skipped(cli) == {"malformed entry": 2}
    assert names(tmp_path.parent) == before
    assert names(tmp_path) == {"neon"}
    assert names(tmp_path / "neon") == {"manifest.csv", "5000000003.jpg"}


def test_the_smallest_file_that_is_large_enough_is_fetched(
    flickr: FakeFlickr, collect: Collect
) -> None:
    sizes: dict[str, Any] = {}
    for letter, width in (("m", 500), ("c", 800), ("l", 1024), ("o", 4000)):
        sizes[f"url_{letter}"] = flickr.file(f"{letter}.jpg", jpeg(1, width, width * 3 // 4))
        sizes |= {f"width_{letter}": width, f"height_{letter}": width * 3 // 4}
    flickr.add(**sizes)
    for short_side in (256, 600, 5000):
        arguments = ("--count", 1, "--short-side", short_side, "-o", f"side {short_side}")
        assert collect("--text", "neon", *arguments) == 0
    assert list(flickr.sent) == ["m.jpg", "c.jpg", "o.jpg"]


def test_redirects_are_followed_but_not_to_the_picture_of_nothing(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    flickr.file("elsewhere.jpg", jpeg(7))
    for target in ("/files/elsewhere.jpg", "/gone/photo_unavailable_l.png", "ftp://x/", "LOOP"):
        entry = flickr.add()
        name = entry["url_l"].rpartition("/")[2]
        location = f"/files/{name}" if target == "LOOP" else target
        flickr.on_picture[name] = status(302, {"Location": location})
    assert collect("--text", "neon", "--count", 9) == 0
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["1"]
    assert Path("neon/5000000001.jpg").read_bytes() == jpeg(7)
    assert skipped(cli) == {"no file to be had": 3}


def test_waiting_and_trying_again(flickr: FakeFlickr, collect: Collect, gathered: Gathered) -> None:
    entry = flickr.add()
    name = entry["url_l"].rpartition("/")[2]
    answers = [status(503), status(429, {"Retry-After": "0"})]
    flickr.on_picture[name] = lambda request: (
        answers.pop()(request) if answers else status(302, {"Location": "/files/x.jpg"})(request)
    )
    flickr.file("x.jpg", jpeg(0))
    flickr.on_call.extend(
        [status(429, {"Retry-After": "0"}), fail(105, "Service currently unavailable"), status(500)]
    )
    assert collect("--text", "neon", "--count", 1) == 0
    assert len(gathered()) == 1
    assert flickr.sent[name] == 3


def test_a_photo_that_cannot_be_had_does_not_stop_the_others(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    for number in range(8):
        name = flickr.add()["url_l"].rpartition("/")[2]
        if number % 3:
            flickr.on_picture[name] = status(500)
    assert collect("--text", "neon", "--count", 9) == 0
    assert [entry.photo_id[-1] for entry in gathered().entries] == ["1", "4", "7"]
    assert skipped(cli) == {"could not be fetched": 5}


def test_a_server_of_pictures_that_is_down_stops_the_run(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    for number in range(9):
        name = flickr.add()["url_l"].rpartition("/")[2]
        if number:
            flickr.on_picture[name] = status(503)
    assert collect("--text", "neon", "--count", 9) == 2
    assert cli.errors[-1] == ("error: 127.0.0.1: HTTP 503; run the same command later to go on")
    assert len(gathered()) == 1
    assert flickr.sent.total() == 1 + 3 * 5
    flickr.on_picture.clear()
    assert collect("--text", "neon", "--count", 9) == 0
    assert len(gathered()) == 9


def test_transparent_and_grey_pictures_are_taken(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered
) -> None:
    for seed, mode in enumerate(("RGBA", "LA", "L", "P")):
        buffer = io.BytesIO()
        picture = Image.fromarray(noise(300, 300, 50 + seed)).convert("RGBA")
        picture.putalpha(Image.fromarray(np.full((300, 300), 99, np.uint8)))
        (picture.convert("RGB") if mode == "P" else picture).convert(mode).save(buffer, "PNG")
        flickr.add(buffer.getvalue())
    assert collect("--text", "neon", "--count", 4) == 0
    assert {Path(entry.file).suffix for entry in gathered().entries} == {".png"}
    assert len(gathered()) == 4
