"""Results reach the chat in the best form Telegram takes, and are remembered as what they are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import Animation, Chat, Document, Message, PhotoSize

from handler.jobs.job import Job
from handler.jobs.results import Result
from handler.telegram import delivery
from handler.telegram.deliver import deliver, resend, result_in
from handler.telegram.delivery import Delivery, UndeliverableError
from handler.telegram.retry import TelegramUnavailableError
from handler.texts.texts import Texts
from model_layer import images
from model_layer.effects import parse_effect
from playground import ApiError, Person, Playground, RetryAfter
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import decoded, encoded, gradient, noise

TEXTS = Texts("en")

TOO_LARGE = ApiError(413, "Request Entity Too Large")


@pytest.fixture
async def job(request_of: RequestOf, person: Person) -> Job:
    return await request_of(person, encoded(gradient()))


@pytest.fixture
async def upscale(request_of: RequestOf, person: Person) -> Job:
    return await request_of(person, encoded(gradient()), "cat.jpg", effect_code="upscale:2")


def first(job: Job, size: tuple[int, int] = (64, 48)) -> Delivery:
    return delivery.plan(
        parse_effect(job.effect_code),
        source=job.source,
        source_format="JPEG",
        size=size,
        source_name=job.file_name,
    )


def sends(telegram: Playground) -> list[tuple[str, bool]]:
    """Every attempt to send a picture: method, and whether it succeeded."""
    return [(c.method, c.ok) for c in telegram.calls if c.method in ("sendPhoto", "sendDocument")]


async def test_neon_of_a_photo_arrives_as_a_photo_in_reply(
    bot: Bot, person: Person, job: Job
) -> None:
    result = await deliver(bot, job, gradient(), first(job), TEXTS)
    answer = person.messages[-1]
    assert answer["reply_to_message"]["message_id"] == job.photo_message_id
    assert answer["caption"] == TEXTS.get("en", "caption-neon", strength="neon")
    assert result == Result(kind="photo", file_id=answer["photo"][-1]["file_id"])


async def test_an_upscaled_picture_arrives_pixel_for_pixel(
    bot: Bot, person: Person, upscale: Job
) -> None:
    image = noise((128, 96))
    result = await deliver(bot, upscale, image, first(upscale, image.size), TEXTS)
    answer = person.messages[-1]
    assert answer["document"]["file_name"] == "cat-x2.png"
    assert answer["caption"] == TEXTS.get("en", "caption-upscale", scale=2)
    assert result == Result(kind="document", file_id=answer["document"]["file_id"])
    received = decoded(await person.download(answer))
    assert received.format == "PNG"
    assert received.tobytes() == image.tobytes()


async def test_a_photo_too_heavy_for_a_photo_is_not_encoded_twice(
    bot: Bot,
    telegram: Playground,
    person: Person,
    job: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "PHOTO_MAX_BYTES", 100)
    encodings = count_encodings(monkeypatch)
    result = await deliver(bot, job, gradient(), first(job), TEXTS)
    assert sends(telegram) == [("sendDocument", True)]
    assert encodings() == 1
    assert result is not None
    assert result.kind == "document"
    assert person.messages[-1]["caption"] == TEXTS.get("en", "caption-neon", strength="neon")


def count_encodings(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    done = 0

    def counting(*args: Any) -> bytes:
        nonlocal done
        done += 1
        return images.encode(*args)

    monkeypatch.setattr("handler.telegram.deliver.encode", counting)
    return lambda: done


async def test_a_document_too_heavy_is_encoded_smaller_and_says_so(
    bot: Bot,
    telegram: Playground,
    person: Person,
    upscale: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = noise((256, 256))
    monkeypatch.setattr(delivery, "DOCUMENT_MAX_BYTES", 30_000)
    result = await deliver(bot, upscale, image, first(upscale, image.size), TEXTS)
    answer = person.messages[-1]
    assert sends(telegram) == [("sendDocument", True)]
    assert answer["document"]["file_name"] == "cat-x2.jpg"
    assert TEXTS.get("en", "caption-reencoded") in answer["caption"]
    data = await person.download(answer)
    assert len(data) <= 30_000
    assert decoded(data).width < 256
    assert result is not None
    await resend(bot, upscale, result, TEXTS)  # whoever gets it again is told, too
    assert person.messages[-1]["caption"] == answer["caption"]


async def test_a_photo_telegram_cannot_process_comes_as_a_document(
    bot: Bot, telegram: Playground, job: Job
) -> None:
    telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    result = await deliver(bot, job, gradient(), first(job), TEXTS)
    assert sends(telegram) == [("sendPhoto", False), ("sendDocument", True)]
    assert result is not None
    assert result.kind == "document"


async def test_a_413_makes_the_file_smaller(
    bot: Bot, telegram: Playground, person: Person, upscale: Job
) -> None:
    telegram.fail_next("sendDocument", TOO_LARGE)
    image = gradient((128, 96))
    await deliver(bot, upscale, image, first(upscale, image.size), TEXTS)
    assert sends(telegram) == [("sendDocument", False), ("sendDocument", True)]
    assert decoded(await person.download(person.messages[-1])).format == "JPEG"


async def test_refusals_without_end_end(bot: Bot, telegram: Playground, upscale: Job) -> None:
    telegram.fail_next("sendDocument", TOO_LARGE, times=100)
    with pytest.raises(UndeliverableError):
        await deliver(bot, upscale, gradient((128, 96)), first(upscale, (128, 96)), TEXTS)
    assert len(sends(telegram)) < 10


async def test_a_429_is_waited_for(bot: Bot, telegram: Playground, job: Job) -> None:
    telegram.fail_next("sendPhoto", RetryAfter(1))
    assert await deliver(bot, job, gradient(), first(job), TEXTS)
    refused, sent = (c.time for c in telegram.calls if c.method == "sendPhoto")
    assert sent - refused > 0.9


async def test_a_failed_upload_is_repeated_once(bot: Bot, telegram: Playground, job: Job) -> None:
    broken = ApiError(502, "Bad Gateway")
    telegram.fail_next("sendPhoto", broken)
    assert await deliver(bot, job, gradient(), first(job), TEXTS)
    assert sends(telegram) == [("sendPhoto", False), ("sendPhoto", True)]
    telegram.fail_next("sendPhoto", broken, times=2)
    with pytest.raises(TelegramUnavailableError):
        await deliver(bot, job, gradient(), first(job), TEXTS)


async def test_a_deleted_picture_gets_its_answer_without_reply(
    bot: Bot, person: Person, job: Job
) -> None:
    await person.delete(person.messages[0])
    assert await deliver(bot, job, gradient(), first(job), TEXTS)
    assert "photo" in person.messages[-1]
    assert "reply_to_message" not in person.messages[-1]


async def test_a_person_who_blocked_the_bot_is_not_tried_again(
    bot: Bot, telegram: Playground, person: Person, job: Job
) -> None:
    person.block()
    with pytest.raises(TelegramForbiddenError):
        await deliver(bot, job, gradient(), first(job), TEXTS)
    assert sends(telegram) == [("sendPhoto", False)]


async def test_a_known_result_is_sent_by_its_file_id(
    bot: Bot, telegram: Playground, person: Person, upscale: Job
) -> None:
    result = await deliver(bot, upscale, gradient(), first(upscale), TEXTS)
    assert result is not None
    sent = await person.download(person.messages[-1])
    assert await resend(bot, upscale, result, TEXTS)
    call = telegram.calls[-1]
    assert (call.method, call.params["document"]) == ("sendDocument", result.file_id)
    assert await person.download(person.messages[-1]) == sent
    assert person.messages[-1]["caption"] == TEXTS.get("en", "caption-upscale", scale=2)


async def test_a_file_id_telegram_refuses_is_told(bot: Bot, person: Person, job: Job) -> None:
    before = person.messages
    assert not await resend(bot, job, Result(kind="photo", file_id="AgACgone"), TEXTS)
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
    assert result_in(message(photo=sizes)) == Result(kind="photo", file_id="800")


def test_another_kind_of_media_is_not_remembered() -> None:
    animation = Animation(file_id="a", file_unique_id="u", width=1, height=1, duration=1)
    assert result_in(message(animation=animation)) is None
    # Telegram names animations as documents too, which cannot be sent again as such.
    document = Document(file_id="a", file_unique_id="u")
    assert result_in(message(animation=animation, document=document)) is None
    assert result_in(message(text="no file at all")) is None
