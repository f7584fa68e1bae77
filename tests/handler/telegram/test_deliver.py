"""Results reach the chat in the best form Telegram takes, and are remembered as what they are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import (
    Animation,
    Chat,
    Document,
    InlineKeyboardMarkup,
    Message,
    PhotoSize,
)
from PIL import Image

from handler.telegram import delivery
from handler.telegram.deliver import Under, deliver, encode_for, resend, result_in
from handler.telegram.delivery import Delivery, Outcome, Result, UndeliverableError, best_delivery
from handler.telegram.errors import ChatClosedError, UnavailableError
from handler.telegram.status import StatusMessage
from model_layer import images
from playground import ApiError, Fault, Person, Playground
from tests.handler.jobs.pictures import decoded, gradient, noise

OUTCOME = Outcome(kind="document")
TOO_LARGE = ApiError(413, "Request Entity Too Large")


async def delivered(
    status: StatusMessage, image: Image.Image, best: Delivery, under: Under, **more: Any
) -> Result | None:
    """Encode and deliver, as the worker does."""
    return await deliver(status, image, await encode_for(image, best), under, **more)


def under(outcome: Outcome) -> tuple[str, InlineKeyboardMarkup | None]:
    return "Packed" if outcome.reduced else "Here", None


def neon(size: tuple[int, int] = (64, 48)) -> Delivery:
    return best_delivery(size, source="photo", source_format="JPEG", lossless=False, suffix="neon")


def upscaled(size: tuple[int, int]) -> Delivery:
    return best_delivery(
        size,
        source="document",
        source_format="JPEG",
        lossless=True,
        suffix="x2",
        source_name="cat.jpg",
    )


def answers(telegram: Playground) -> list[tuple[str, bool]]:
    """Every attempt to deliver a picture: its kind, and whether it succeeded."""
    return [
        (c.params["media"]["type"], c.ok) for c in telegram.calls if c.method == "editMessageMedia"
    ]


def without(status: StatusMessage) -> StatusMessage:
    """The same chat, without a message in it that could become the result."""
    return StatusMessage(status.bot, status.chat_id, None, reply_to=1)


async def test_a_result_arrives_as_a_photo_in_reply(person: Person, status: StatusMessage) -> None:
    result = await delivered(status, gradient(), neon(), under)
    picture, answer = person.messages
    assert answer["reply_to_message"]["message_id"] == picture["message_id"]
    assert answer["caption"] == "Here"
    assert result is not None
    assert (result.kind, result.file_id) == ("photo", answer["photo"][-1]["file_id"])
    assert result.size == (64, 48)


async def test_an_upscaled_picture_arrives_pixel_for_pixel(
    person: Person, status: StatusMessage
) -> None:
    image = noise((128, 96))
    result = await delivered(status, image, upscaled(image.size), under)
    answer = person.messages[-1]
    assert answer["document"]["file_name"] == "cat-x2.png"
    assert answer["caption"] == "Here"
    assert result is not None
    assert (result.kind, result.file_id) == ("document", answer["document"]["file_id"])
    assert (result.size, result.bytes) == ((128, 96), answer["document"]["file_size"])
    received = decoded(await person.download(answer))
    assert received.format == "PNG"
    assert received.tobytes() == image.tobytes()


async def test_what_was_gained_is_shown_after_a_file_and_again_when_that_is_sent_again(
    person: Person, status: StatusMessage
) -> None:
    image = noise((128, 96))
    shown = gradient()
    result = await delivered(status, image, upscaled(image.size), under, preview=shown)
    file, preview = person.messages[-2:]
    assert preview["reply_to_message"]["message_id"] == file["message_id"]
    assert decoded(await person.download(preview)).size == shown.size
    assert result is not None
    assert await resend(without(status), result, under)
    file, again = person.messages[-2:]
    assert again["reply_to_message"]["message_id"] == file["message_id"]
    assert again["photo"] == preview["photo"]


async def test_a_file_without_its_preview_is_a_result_all_the_same(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    result = await delivered(
        status, noise((128, 96)), upscaled((128, 96)), under, preview=gradient()
    )
    assert result is not None
    assert result.preview is None
    assert "document" in person.messages[-1]


async def test_a_photo_too_heavy_for_a_photo_is_not_encoded_twice(
    telegram: Playground,
    person: Person,
    status: StatusMessage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handler.telegram.delivery.PHOTO_MAX_BYTES", 100)
    encodings = count_encodings(monkeypatch)
    result = await delivered(status, gradient(), neon(), under)
    assert answers(telegram) == [("document", True)]
    assert encodings() == 1
    assert result is not None
    assert result.kind == "document"
    assert person.messages[-1]["caption"] == "Here"


def count_encodings(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    done = 0

    def counting(*args: Any) -> bytes:
        nonlocal done
        done += 1
        return images.encode(*args)

    monkeypatch.setattr("handler.telegram.deliver.encode", counting)
    return lambda: done


async def test_a_document_too_heavy_is_encoded_smaller_and_says_so(
    telegram: Playground,
    person: Person,
    status: StatusMessage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = noise((256, 256))
    monkeypatch.setattr(delivery, "DOCUMENT_MAX_BYTES", 30_000)
    result = await delivered(status, image, upscaled(image.size), under)
    answer = person.messages[-1]
    assert answers(telegram) == [("document", True)]
    assert answer["document"]["file_name"] == "cat-x2.jpg"
    assert answer["caption"] == "Packed"
    data = await person.download(answer)
    assert len(data) <= 30_000
    assert decoded(data).width < 256
    assert result is not None
    await resend(without(status), result, under)  # whoever gets it again is told, too
    assert person.messages[-1]["caption"] == answer["caption"]


async def test_a_photo_telegram_cannot_process_comes_as_a_document(
    telegram: Playground, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageMedia", ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    result = await delivered(status, gradient(), neon(), under)
    assert answers(telegram) == [("photo", False), ("document", True)]
    assert result is not None
    assert result.kind == "document"


async def test_a_413_makes_the_file_smaller(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageMedia", TOO_LARGE)
    image = gradient((128, 96))
    await delivered(status, image, upscaled(image.size), under)
    assert answers(telegram) == [("document", False), ("document", True)]
    assert decoded(await person.download(person.messages[-1])).format == "JPEG"


async def test_refusals_without_end_end(telegram: Playground, status: StatusMessage) -> None:
    telegram.fail_next("editMessageMedia", TOO_LARGE, times=100)
    with pytest.raises(UndeliverableError):
        await delivered(status, gradient((128, 96)), upscaled((128, 96)), under)
    assert len(answers(telegram)) < 10


async def test_a_gateway_away_for_a_while_costs_time_only(
    telegram: Playground, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageMedia", Fault("page"), times=3)
    assert await delivered(status, gradient(), neon(), under)
    telegram.fail_next("editMessageMedia", Fault("page"), times=9)
    with pytest.raises(UnavailableError):
        await delivered(status, gradient(), neon(), under)


@pytest.mark.parametrize("notice", [None, "Look!"])
async def test_only_who_has_waited_long_is_rung_up(
    person: Person, status: StatusMessage, notice: str | None
) -> None:
    await delivered(status, gradient(), neon(), under, notice=notice)
    assert person.messages[-1].get("text") == notice


async def test_a_deleted_picture_gets_its_answer_without_reply(
    person: Person, status: StatusMessage
) -> None:
    await person.delete(person.messages[0])
    assert await delivered(status, gradient(), neon(), under)
    assert "photo" in person.messages[-1]
    assert "reply_to_message" not in person.messages[-1]


async def test_a_person_who_blocked_the_bot_is_not_tried_again(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    person.block()
    with pytest.raises(ChatClosedError):
        await delivered(status, gradient(), neon(), under)
    assert answers(telegram) == [("photo", False)]


@pytest.mark.parametrize("becomes_status", [True, False])
async def test_a_known_result_comes_by_its_file_id(
    person: Person, status: StatusMessage, *, becomes_status: bool
) -> None:
    result = await delivered(status, gradient(), upscaled((64, 48)), under)
    assert result is not None
    sent = await person.download(person.messages[-1])
    again = without(status)
    if becomes_status:
        await again.send("Hold on")
    assert await resend(again, result, under)
    assert await person.download(person.messages[-1]) == sent
    assert person.messages[-1]["document"]["file_id"] == result.file_id
    assert person.messages[-1]["caption"] == "Here"
    assert len(person.messages) == 3


@pytest.mark.parametrize("becomes_status", [True, False])
async def test_a_file_id_telegram_refuses_is_told(
    person: Person, status: StatusMessage, *, becomes_status: bool
) -> None:
    before = person.messages
    to = status if becomes_status else without(status)
    assert not await resend(to, Result(kind="photo", file_id="AgACgone"), under)
    assert person.messages == before


def message(**content: object) -> Message:
    return Message.model_validate(
        {
            "message_id": 1,
            "date": datetime(2024, 1, 1, tzinfo=UTC),
            "chat": Chat(id=1, type="private"),
            **content,
        }
    )


def test_the_largest_photo_is_remembered() -> None:
    sizes = [
        PhotoSize(file_id=f"{side}", file_unique_id="u", width=side, height=side)
        for side in (90, 320, 800)
    ]
    assert result_in(message(photo=sizes), OUTCOME) == Result(kind="photo", file_id="800")


def test_another_kind_of_media_is_not_remembered() -> None:
    animation = Animation(file_id="a", file_unique_id="u", width=1, height=1, duration=1)
    assert result_in(message(animation=animation), OUTCOME) is None
    # Telegram names animations as documents too, which cannot be sent again as such.
    document = Document(file_id="a", file_unique_id="u")
    assert result_in(message(animation=animation, document=document), OUTCOME) is None
    assert result_in(message(text="no file at all"), OUTCOME) is None
