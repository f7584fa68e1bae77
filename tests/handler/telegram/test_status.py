"""One message tells a person of their job: it becomes the result, or its final text."""

import logging
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile

from handler.telegram.delivery import Kind
from handler.telegram.errors import ChatClosedError, FileRefusedError, UnavailableError
from handler.telegram.status import StatusMessage
from playground import ApiError, Fault, Person, Playground, RetryAfter
from tests.handler.jobs.pictures import encoded, gradient

Json = dict[str, Any]

AWAY = [Fault("page"), Fault("reset"), ApiError(500, "Internal Server Error"), RetryAfter(600)]
LOST = Fault("reset", takes_effect=True)


def picture() -> BufferedInputFile:
    return BufferedInputFile(encoded(gradient()), "cat-neon.jpg")


def of_bot(person: Person) -> list[Json]:
    return [message for message in person.messages if message["from"]["is_bot"]]


def texts(person: Person) -> list[str]:
    return [str(message.get("text")) for message in of_bot(person)]


def methods(telegram: Playground) -> list[str]:
    return [call.method for call in telegram.calls]


async def test_it_is_a_reply_to_the_picture(person: Person, status: StatusMessage) -> None:
    (message,) = of_bot(person)
    assert message["text"] == "Hold on"
    assert message["reply_to_message"]["message_id"] == person.messages[0]["message_id"]
    assert message["message_id"] == status.message_id


@pytest.mark.parametrize("fault", [*AWAY, LOST], ids=str)
async def test_where_telegram_is_away_there_is_none_rather_than_two(
    bot: Bot, telegram: Playground, person: Person, fault: Fault | ApiError
) -> None:
    await person.send_text("/start")
    telegram.fail_next("sendMessage", fault, times=9)
    status = StatusMessage(bot, person.id, None, reply_to=1)
    await status.send("Hold on")
    assert status.message_id is None
    assert len(of_bot(person)) == (fault == LOST)


async def test_nobody_is_there_to_read_it(bot: Bot, person: Person) -> None:
    person.block()
    with pytest.raises(ChatClosedError):
        await StatusMessage(bot, person.id, None, reply_to=1).send("Hold on")


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_it_becomes_the_result(person: Person, status: StatusMessage, kind: Kind) -> None:
    answer = await status.replace(kind, picture(), "Neon!")
    (message,) = of_bot(person)
    assert message["message_id"] == status.message_id
    assert message["caption"] == "Neon!"
    assert message["reply_to_message"]["message_id"] == person.messages[0]["message_id"]
    assert answer is not None
    assert answer.model_dump(exclude_none=True)[kind]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("page"),
        LOST,
        Fault("empty", takes_effect=True),
        Fault("page", takes_effect=True, status=504),
    ],
    ids=str,
)
async def test_a_lost_answer_gives_no_second_result(
    telegram: Playground, person: Person, status: StatusMessage, fault: Fault
) -> None:
    telegram.fail_next("editMessageMedia", fault, times=3)
    assert await status.replace("photo", picture(), "Neon!")
    (message,) = of_bot(person)
    assert "photo" in message


async def test_a_known_file_whose_answer_is_lost_is_there(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    answer = await status.replace("photo", picture(), "Neon!")
    assert answer is not None
    assert answer.photo
    again = StatusMessage(status.bot, person.id, None, reply_to=1)
    await again.send("Hold on")
    telegram.fail_next("editMessageMedia", LOST)
    assert await again.replace("photo", answer.photo[-1].file_id, "Neon!") is None
    assert [message["caption"] for message in of_bot(person)] == ["Neon!", "Neon!"]


async def test_a_deleted_status_lets_the_result_be_a_reply(
    person: Person, status: StatusMessage
) -> None:
    await person.delete(person.messages[-1])
    assert await status.replace("document", picture(), "Neon!")
    (message,) = of_bot(person)
    assert message["document"]["file_name"] == "cat-neon.jpg"
    assert message["reply_to_message"]["message_id"] == person.messages[0]["message_id"]


async def test_a_status_that_cannot_be_edited_goes_when_the_result_is_sent(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    kept = ApiError(400, "Bad Request: message can't be edited")
    telegram.fail_next("editMessageMedia", kept)
    assert await status.replace("photo", picture(), "Neon!")
    (message,) = of_bot(person)
    assert "photo" in message


async def test_a_result_that_is_sent_may_come_twice_and_is_not_sent_again_by_itself(
    bot: Bot, telegram: Playground, person: Person
) -> None:
    await person.send_text("/start")
    telegram.fail_next("sendPhoto", LOST)
    with pytest.raises(UnavailableError):
        await StatusMessage(bot, person.id, None, reply_to=1).replace("photo", picture(), "Neon!")
    assert len(of_bot(person)) == 1


async def test_a_refused_picture_leaves_the_status(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageMedia", ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    with pytest.raises(FileRefusedError):
        await status.replace("photo", picture(), "Neon!")
    assert texts(person) == ["Hold on"]


async def test_a_person_is_notified_once(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    await status.replace("photo", picture(), "Neon!")
    await status.notify("Look!")
    result, notice = of_bot(person)
    assert notice["text"] == "Look!"
    assert notice["reply_to_message"]["message_id"] == result["message_id"]
    telegram.fail_next("sendMessage", Fault("page"), times=9)
    await status.notify("Look!")  # does no harm
    assert len(of_bot(person)) == 2


async def test_a_result_that_was_sent_has_notified(person: Person, status: StatusMessage) -> None:
    await person.delete(person.messages[-1])
    await status.replace("photo", picture(), "Neon!")
    await status.notify("Look!")
    assert len(of_bot(person)) == 1


@pytest.mark.parametrize("fault", [None, LOST])
async def test_it_has_the_last_word(
    telegram: Playground, person: Person, status: StatusMessage, fault: Fault | None
) -> None:
    if fault:
        telegram.fail_next("editMessageText", fault)
    await status.end_with("Sorry")
    await status.end_with("Sorry")
    assert texts(person) == ["Sorry"]


async def test_a_result_stays_whatever_is_said_afterwards(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageMedia", LOST, times=9)  # nobody knows that it is there
    with pytest.raises(UnavailableError):
        await status.replace("photo", picture(), "Neon!")
    await status.end_with("Sorry")
    (message,) = of_bot(person)
    assert message["caption"] == "Neon!"


async def test_with_picture_and_message_deleted_it_still_has_the_last_word(
    person: Person, status: StatusMessage
) -> None:
    for message in person.messages:
        await person.delete(message)
    await status.end_with("Sorry")
    assert texts(person) == ["Sorry"]


async def test_a_person_who_blocked_the_bot_is_left_alone(
    person: Person, status: StatusMessage, caplog: pytest.LogCaptureFixture
) -> None:
    person.block()
    with caplog.at_level(logging.INFO):
        await status.end_with("Sorry")
        await status.delete()
    assert {r.levelname for r in caplog.records if r.name.startswith("handler")} == {"INFO"}


@pytest.mark.parametrize("fault", AWAY, ids=str)
async def test_an_unreachable_telegram_is_only_logged(
    telegram: Playground,
    status: StatusMessage,
    caplog: pytest.LogCaptureFixture,
    fault: Fault | ApiError,
) -> None:
    for method in ("editMessageText", "deleteMessage"):
        telegram.fail_next(method, fault, times=9)
    await status.end_with("Sorry")
    await status.delete()
    assert "the person is not told" in caplog.text


async def test_deleting_twice_is_fine(person: Person, status: StatusMessage) -> None:
    await status.delete()
    await status.delete()
    assert of_bot(person) == []
