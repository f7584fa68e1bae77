"""Reading pictures."""

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.pictures import noise, plain, save
from training.dataset import (
    HOLDOUT,
    EmptyFolderError,
    find_pictures,
    load_pictures,
    luminance,
    training_pictures,
)


def test_pictures_are_found_in_subfolders_sorted(tmp_path: Path) -> None:
    save(tmp_path / "b", (4, 4))
    save(tmp_path / "a" / "deep", (4, 4), (4, 4))
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    (tmp_path / "a" / "folder.jpg").mkdir()
    (tmp_path / "a" / "._0.png").write_bytes(b"what macOS leaves beside a file")
    (tmp_path / "c.JPG").write_bytes(b"")
    found = find_pictures([tmp_path / "b", tmp_path])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert set(names) == {"a/deep/0.png", "a/deep/1.png", "b/0.png", "c.JPG"}
    assert names == sorted(names)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_folders_without_pictures_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyFolderError, match=name):
        find_pictures([tmp_path / name])


def test_large_pictures_are_shrunk_and_small_ones_kept(tmp_path: Path) -> None:
    save(tmp_path, (80, 40), (30, 24))
    large, small = load_pictures(find_pictures([tmp_path]), short_side=32, smallest=24)
    assert large.shape == (32, 64, 3)
    assert np.array_equal(small, noise(30, 24, 1))


def test_what_cannot_be_used_is_skipped_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, (32, 32), (32, 8))
    whole = (tmp_path / "0.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "header.png").write_bytes(whole[:12])
    (tmp_path / "text.jpg").write_text("not a picture")
    Image.new("RGB", (32, 32), "grey").save(tmp_path / "grey.png")
    with caplog.at_level(logging.WARNING):
        pictures = load_pictures(find_pictures([tmp_path]), short_side=64, smallest=16, colour=True)
    assert len(pictures) == 1
    assert "kept 1 of 6: 1 grey, 1 tiny, 3 broken" in caplog.text
    for name in ("1.png", "cut.png", "header.png", "text.jpg", "grey.png"):
        assert name in caplog.text


def test_grey_pictures_are_no_fault_where_colour_is_not_taught(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Image.new("RGB", (32, 32), "grey").save(tmp_path / "grey.png")
    with caplog.at_level(logging.WARNING):
        assert len(load_pictures([tmp_path / "grey.png"], short_side=64, smallest=16)) == 1
    assert not caplog.records


def test_nothing_usable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    with pytest.raises(EmptyFolderError, match="kept 0 of 1: 1 broken"):
        load_pictures(find_pictures([tmp_path]), short_side=64, smallest=16)


def test_pictures_are_turned_upright_and_made_rgb(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.fromarray(noise(40, 20)[..., 0]).save(tmp_path / "a.jpg", exif=exif)
    (picture,) = load_pictures([tmp_path / "a.jpg"], short_side=64, smallest=16)
    assert picture.shape == (40, 20, 3)


def test_luminance_is_rec_601() -> None:
    row = np.concatenate([plain(c, 1) for c in ((255, 0, 0), (0, 255, 0), (0, 0, 255))], axis=1)
    assert luminance(row)[0] == pytest.approx([0.299, 0.587, 0.114])
    assert luminance(plain((255, 255, 255), 1)) == pytest.approx(1)


# ---- what may be trained on


def test_held_out_pictures_are_left_out_by_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path / "photos" / "deep", (20, 20), (20, 20), (20, 20))
    (tmp_path / "list.txt").write_text("# Judges.\nelsewhere/0.png\n\nphotos/2.png\n")
    with caplog.at_level(logging.INFO):
        found = training_pictures([tmp_path / "photos"], tmp_path / "list.txt")
    assert [path.name for path in found] == ["1.png"]
    assert "1 pictures, 2 more held out" in caplog.text


def test_a_folder_of_held_out_pictures_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "photos", (20, 20), (20, 20))
    save(tmp_path / "judge", (20, 20))
    (tmp_path / "list.txt").write_text("judge/0.png\n")
    with pytest.raises(ValueError, match=r"judge are held out by .*list\.txt"):
        training_pictures([tmp_path / "photos", tmp_path / "judge"], tmp_path / "list.txt")


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# nothing\n")
    with pytest.raises(ValueError, match="names no picture"):
        training_pictures([tmp_path], tmp_path / "list.txt")


def test_the_committed_list_is_heeded() -> None:
    lines = HOLDOUT.read_text().splitlines()
    assert sum(line.startswith(("photos/", "sharp/")) for line in lines) > 20
    with pytest.raises(EmptyFolderError):
        training_pictures([Path(__file__).parent])
