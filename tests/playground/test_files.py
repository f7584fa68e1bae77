import pytest

from playground.files import FileStore
from tests.playground.pictures import picture


def test_oldest_files_are_dropped_when_there_are_too_many() -> None:
    store = FileStore(max_files=2)
    first, second, third = (store.add("document", text, "a.txt") for text in (b"1", b"2", b"3"))
    assert store.get(first.file_id) is None
    assert store.get(second.file_id) == second
    assert store.get(third.file_id) == third
    assert len(store) == 2


def test_oldest_files_are_dropped_when_they_are_too_large() -> None:
    store = FileStore(max_bytes=10)
    first = store.add("document", bytes(6), "a.bin")
    second = store.add("document", bytes(6), "a.bin")
    assert store.get(first.file_id) is None
    assert store.get(second.file_id) == second


def test_unique_id_tells_content_and_kind() -> None:
    store = FileStore()
    one = store.add("document", b"same", "a.txt")
    same = store.add("document", b"same", "b.txt")
    voice = store.add("voice", b"same")
    assert one.file_unique_id == same.file_unique_id != voice.file_unique_id
    assert one.file_id != same.file_id


def test_path_finds_the_file() -> None:
    store = FileStore()
    file = store.add("document", b"text", "../evil name.txt")
    assert ".." not in file.path
    assert store.at_path(file.path) == file
    assert store.at_path("documents/other.txt") is None


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("a.png", None, "image/png"),
        ("a.unheardof", None, "application/octet-stream"),
        ("a.png", "image/webp", "image/webp"),
    ],
)
async def test_type_of_a_document(name: str, given: str | None, expected: str) -> None:
    content = await FileStore().add_document(b"bytes", name, given)
    assert content["document"]["mime_type"] == expected
    assert "thumbnail" not in content["document"]


async def test_picture_document_has_a_thumbnail() -> None:
    store = FileStore()
    content = await store.add_document(picture(640, 480), "a.jpg")
    small = content["document"]["thumbnail"]
    assert small["width"] == 320
    assert store.get(small["file_id"]) is not None
    assert store.attachment(content["document"]["file_id"]) == content
