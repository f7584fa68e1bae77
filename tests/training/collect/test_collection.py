"""The folder of pictures and its lists."""

from dataclasses import fields
from pathlib import Path

import pytest

from tests.model_layer.command_line import names
from training.collect.collection import (
    Collection,
    Entry,
    NotACollectionError,
)


def entry(number: int, title: str = "") -> Entry:
    cells = dict.fromkeys((field.name for field in fields(Entry)), "something")
    return Entry(**{**cells, "photo_id": str(number), "title": title, "file": f"{number}.jpg"})


@pytest.mark.parametrize("title", ["plain", 'a "b", c;', "=1+1", "дождь", "two\nlines", "a\rb", ""])
def test_what_was_added_is_read_again(tmp_path: Path, title: str) -> None:
    Collection(tmp_path / "a" / "b").add(entry(1, title), b"picture")
    again = Collection(tmp_path / "a" / "b")
    assert again.entries == (entry(1, title),)
    assert again.has("1")
    assert not again.has("2")
    assert len(again) == 1


def test_what_was_skipped_is_remembered(tmp_path: Path) -> None:
    Collection(tmp_path).skip("7", "broken, somehow")
    again = Collection(tmp_path)
    assert again.why_skipped("7") == "broken, somehow"
    assert again.why_skipped("8") is None


def test_a_picture_whose_line_was_not_written_is_as_good_as_none(tmp_path: Path) -> None:
    Collection(tmp_path).add(entry(1), b"picture")
    (tmp_path / "2.jpg").write_bytes(b"half a pic")
    again = Collection(tmp_path)
    assert not again.has("2")
    again.add(entry(2), b"picture")
    assert (tmp_path / "2.jpg").read_bytes() == b"picture"


def test_what_was_deleted_by_hand_is_remembered(tmp_path: Path) -> None:
    folder = Collection(tmp_path)
    for number in (1, 2, 3):
        folder.add(entry(number), b"picture")
    (tmp_path / "2.jpg").unlink()
    for again in (Collection(tmp_path), Collection(tmp_path)):
        assert again.entries == (entry(1), entry(3))
        assert again.why_skipped("2") == "deleted"


def test_no_file_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Collection(tmp_path)
    folder.add(entry(1), b"picture")
    before = (tmp_path / "manifest.csv").read_bytes()

    def fails(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fails)
        with pytest.raises(OSError, match="no space left"):
            folder.add(entry(2), b"picture")
    assert (tmp_path / "manifest.csv").read_bytes() == before
    assert "2.jpg" not in names(tmp_path)
    assert len(Collection(tmp_path)) == 1


@pytest.mark.parametrize("name", ["manifest.csv", "skipped.csv"])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"photo_id\n"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotACollectionError, match=f"{name}: not a list written by collect"):
        Collection(tmp_path)
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("line", ["1,2\r\n", "1,2,3,4,5,6,7,8,9,10,11,12,13\r\n"])
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    Collection(tmp_path).add(entry(1), b"picture")
    with (tmp_path / "manifest.csv").open("a") as file:
        file.write(line)
    with pytest.raises(NotACollectionError, match="line 3 is malformed"):
        Collection(tmp_path)
