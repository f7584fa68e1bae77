from datetime import UTC, datetime

import pytest
from aiogram.types import Animation, Chat, Document, Message, PhotoSize

from handler.conversation.attachment import Attachment, attachment_of
from handler.telegram.download import MAX_BYTES


def message(**content: object) -> Message:
    chat = Chat(id=1, type="private")
    date = datetime(2024, 1, 1, tzinfo=UTC)
    return Message.model_validate({"message_id": 1, "date": date, "chat": chat, **content})


def file(name: str | None, mime_type: str | None) -> Attachment:
    return Attachment("document", "id", "unique", file_name=name, mime_type=mime_type)


def test_of_a_photo_the_largest_size_counts() -> None:
    sizes = [
        PhotoSize(file_id=f"{side}", file_unique_id=f"u{side}", width=side, height=side // 2)
        for side in (90, 800, 320)
    ]
    photo = Attachment("photo", "800", "u800", size=(800, 400))
    assert attachment_of(message(photo=sizes)) == photo
    assert photo.readable


def test_of_a_file_name_and_type_count() -> None:
    document = Document(
        file_id="d", file_unique_id="u", file_name="a.png", mime_type="image/png", file_size=5
    )
    expected = Attachment("document", "d", "u", file_name="a.png", mime_type="image/png", bytes=5)
    assert attachment_of(message(document=document)) == expected


def test_an_animation_is_no_file_and_a_text_has_none() -> None:
    animation = Animation(file_id="a", file_unique_id="u", width=1, height=1, duration=1)
    document = Document(file_id="a", file_unique_id="u")
    assert attachment_of(message(animation=animation, document=document)) is None
    assert attachment_of(message(text="hello")) is None


@pytest.mark.parametrize(
    ("name", "mime_type", "readable", "picture"),
    [
        ("cat.JPG", None, True, True),
        ("cat", "image/webp", True, True),
        ("cat.png", "application/octet-stream", True, True),
        ("cat", None, True, True),
        (None, None, True, True),
        ("cat.dat", "application/octet-stream", True, True),
        ("cat.heic", "application/octet-stream", True, True),
        ("cat.TIFF", None, True, True),
        ("cat", "image/avif", True, True),
        ("cat.cr2", None, False, True),
        ("cat", "image/svg+xml", False, True),
        ("cat.pdf", "application/pdf", False, False),
        ("cat", "text/plain", False, False),
    ],
)
def test_what_a_file_says_of_itself(
    name: str | None, mime_type: str | None, readable: bool, picture: bool
) -> None:
    attachment = file(name, mime_type)
    assert (attachment.readable, attachment.picture) == (readable, picture)


@pytest.mark.parametrize(
    ("size", "downloadable"), [(None, True), (MAX_BYTES, True), (MAX_BYTES + 1, False)]
)
def test_what_bots_may_download(size: int | None, downloadable: bool) -> None:
    assert Attachment("photo", "id", "unique", bytes=size).downloadable is downloadable
