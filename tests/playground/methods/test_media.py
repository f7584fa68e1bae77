import re

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto

from playground import Person, Playground
from tests.playground.conftest import RawCall
from tests.playground.pictures import picture


async def test_photo_is_shrunk_and_document_is_not(bot: Bot, alice: Person) -> None:
    data = picture(1600, 400)
    photo = await bot.send_photo(alice.id, BufferedInputFile(data, "a.jpg"), caption="Small")
    document = await bot.send_document(alice.id, BufferedInputFile(data, "a.jpg"))
    assert photo.photo is not None
    assert [(size.width, size.height) for size in photo.photo] == [
        (90, 22),
        (320, 80),
        (800, 200),
        (1280, 320),
    ]
    seen = await alice.wait_for(lambda m: "document" in m)
    assert await alice.download(seen) == data
    assert document.document is not None
    assert document.document.file_name == "a.jpg"
    assert document.document.mime_type == "image/jpeg"
    assert document.document.thumbnail is not None


async def test_same_content_has_the_same_unique_id(bot: Bot, alice: Person) -> None:
    first = await bot.send_document(alice.id, BufferedInputFile(b"content", "a.txt"))
    second = await bot.send_document(alice.id, BufferedInputFile(b"content", "b.txt"))
    other = await bot.send_document(alice.id, BufferedInputFile(b"other", "a.txt"))
    assert first.document is not None
    assert second.document is not None
    assert other.document is not None
    assert first.document.file_unique_id == second.document.file_unique_id
    assert first.document.file_id != second.document.file_id
    assert first.document.file_unique_id != other.document.file_unique_id


async def test_file_id_can_be_sent_again_but_not_as_another_type(bot: Bot, alice: Person) -> None:
    photo = await alice.send_photo(picture())
    photo_id = photo["photo"][-1]["file_id"]
    again = await bot.send_photo(alice.id, photo_id)
    assert again.photo is not None
    assert again.photo[-1].file_id == photo_id
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Document"):
        await bot.send_document(alice.id, photo_id)
    document = await alice.send_document(picture(), "a.jpg")
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(alice.id, document["document"]["file_id"])
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(alice.id, "AgACnothing")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture(420, 20), "PHOTO_INVALID_DIMENSIONS"),
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
        (
            bytes(10 * 1024 * 1024 + 1),
            "file of size 10485761 bytes is too big for a photo; "
            "the maximum size is 10485760 bytes",
        ),
    ],
    ids=["text", "thin", "large", "empty", "heavy"],
)
async def test_bad_photo_is_refused(bot: Bot, alice: Person, data: bytes, reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=re.escape(reason)):
        await bot.send_photo(alice.id, BufferedInputFile(data, "a.jpg"))
    assert len(alice.messages) == 1


async def test_photo_at_the_limits_is_taken(bot: Bot, alice: Person) -> None:
    sent = await bot.send_photo(alice.id, BufferedInputFile(picture(400, 20), "a.jpg"))
    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].height) == (400, 20)


async def test_upload_above_50_mb_is_refused(bot: Bot, alice: Person) -> None:
    with pytest.raises(TelegramEntityTooLarge, match="Request Entity Too Large"):
        await bot.send_document(
            alice.id, BufferedInputFile(bytes(50 * 1024 * 1024 + 1), "large.bin")
        )


async def test_missing_file_and_missing_attachment_are_refused(
    call: RawCall, alice: Person
) -> None:
    missing = await call("sendPhoto", chat_id=alice.id)
    assert missing["description"] == "Bad Request: there is no photo in the request"
    dangling = await call("sendPhoto", chat_id=alice.id, photo="attach://nothing")
    assert dangling["description"] == "Bad Request: can't find attached file in the request"


async def test_album(bot: Bot, alice: Person) -> None:
    old = await alice.send_photo(picture())
    sent = await bot.send_media_group(
        alice.id,
        [
            InputMediaPhoto(media=BufferedInputFile(picture(200, 100), "a.jpg"), caption="First"),
            InputMediaPhoto(media=old["photo"][-1]["file_id"]),
        ],
    )
    assert [m.caption for m in sent] == ["First", None]
    assert len({m.media_group_id for m in sent}) == 1
    assert sent[0].photo is not None
    assert sent[0].photo[-1].width == 200


async def test_bad_albums_are_refused(bot: Bot, alice: Person) -> None:
    photo = InputMediaPhoto(media=BufferedInputFile(picture(), "a.jpg"))
    document = InputMediaDocument(media=BufferedInputFile(b"text", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="too few messages to send as an album"):
        await bot.send_media_group(alice.id, [photo])
    with pytest.raises(TelegramBadRequest, match="too many messages to send as an album"):
        await bot.send_media_group(alice.id, [photo] * 11)
    with pytest.raises(TelegramBadRequest, match="can't be mixed with other media types"):
        await bot.send_media_group(alice.id, [photo, document])


async def test_caption_has_a_limit(bot: Bot, alice: Person) -> None:
    photo = BufferedInputFile(picture(), "a.jpg")
    await bot.send_photo(alice.id, photo, caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(alice.id, photo, caption="x" * 1025)


async def test_uploads_are_recorded_without_their_bytes(
    telegram: Playground, bot: Bot, alice: Person
) -> None:
    await bot.send_document(alice.id, BufferedInputFile(b"content", "a.txt"))
    recorded = telegram.calls[-1].params["document"]
    assert recorded["file_name"] == "a.txt"
    assert recorded["size"] == 7
