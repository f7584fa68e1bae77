"""The table of retry policies holds, over HTTP, for every kind of call that the bot makes."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputMediaPhoto

from handler.telegram.client import TelegramSession
from handler.telegram.errors import (
    MessageGoneError,
    NotModifiedError,
    RetryAfterError,
    UnavailableError,
)
from handler.telegram.retry import POLICIES, ProgressEdit
from playground import ApiError, Fault, Person, Playground, RetryAfter
from tests.handler.jobs.pictures import encoded, gradient

DOCUMENT = Path(__file__).parents[3] / "docs" / "architecture.md"

Call = Callable[[Bot, int, int], Awaitable[object]]
"""Makes a call with a chat and a message of the bot's in it."""


def photo() -> BufferedInputFile:
    return BufferedInputFile(encoded(gradient()), "a.jpg")


SENDS: dict[str, Call] = {
    "sendMessage": lambda bot, chat, _: bot.send_message(chat, "new"),
    "sendPhoto": lambda bot, chat, _: bot.send_photo(chat, photo()),
    "sendDocument": lambda bot, chat, _: bot.send_document(chat, photo()),
}
EDITS: dict[str, Call] = {
    "editMessageText": lambda bot, chat, message: bot.edit_message_text(
        "new", chat_id=chat, message_id=message
    ),
    "editMessageMedia": lambda bot, chat, message: bot.edit_message_media(
        InputMediaPhoto(media=photo()), chat_id=chat, message_id=message
    ),
    "deleteMessage": lambda bot, chat, message: bot.delete_message(chat, message),
}
OTHERS: dict[str, Call] = {
    "getMe": lambda bot, *_: bot.get_me(),
    "setMyCommands": lambda bot, *_: bot.set_my_commands([]),
}
FLEETING: dict[str, Call] = {
    "editMessageText": lambda bot, chat, message: bot(
        ProgressEdit(text="new", chat_id=chat, message_id=message)
    ),
    "sendChatAction": lambda bot, chat, _: bot.send_chat_action(chat, "upload_photo"),
}


@pytest.fixture
async def message(bot: Bot, person: Person) -> int:
    """A message of the bot's in a person's chat."""
    await person.send_text("/start")
    return (await bot.send_message(person.id, "old")).message_id


def attempts(telegram: Playground, method: str) -> int:
    return len([call for call in telegram.calls if call.method == method])


def of_bot(person: Person) -> list[dict[str, object]]:
    return [message for message in person.messages if message["from"]["is_bot"]]


@pytest.mark.parametrize("method", [*SENDS, *EDITS, *OTHERS])
@pytest.mark.parametrize("fault", [Fault("page"), ApiError(500, "Internal Server Error")], ids=str)
async def test_what_has_had_no_effect_is_repeated(
    bot: Bot,
    telegram: Playground,
    person: Person,
    message: int,
    *,
    method: str,
    fault: Fault | ApiError,
) -> None:
    before = attempts(telegram, method)
    telegram.fail_next(method, fault, times=3)
    await (SENDS | EDITS | OTHERS)[method](bot, person.id, message)
    assert attempts(telegram, method) == before + 4
    assert len(of_bot(person)) == {**dict.fromkeys(SENDS, 2), "deleteMessage": 0}.get(method, 1)


LOST = [
    Fault("reset", takes_effect=True),
    Fault("page", takes_effect=True, status=504),
    Fault("empty", takes_effect=True),
    Fault("broken", takes_effect=True),
    Fault("hang", takes_effect=True),
]


@pytest.fixture
def _short_timeout(bot: Bot) -> None:
    assert isinstance(bot.session, TelegramSession)
    bot.session.longest = 0.3


@pytest.mark.usefixtures("_short_timeout")
@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize("method", SENDS)
async def test_a_message_whose_answer_is_lost_is_not_sent_twice(
    *,
    bot: Bot,
    telegram: Playground,
    person: Person,
    message: int,
    method: str,
    fault: Fault,
) -> None:
    telegram.fail_next(method, fault)
    with pytest.raises(UnavailableError) as failure:
        await SENDS[method](bot, person.id, message)
    assert failure.value.may_have_arrived
    assert len(of_bot(person)) == 2  # the old one, and the new one once


@pytest.mark.usefixtures("_short_timeout")
@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize(
    ("method", "second"),
    [
        ("editMessageText", NotModifiedError),
        ("editMessageMedia", None),
        ("deleteMessage", MessageGoneError),
    ],
)
async def test_an_edit_whose_answer_is_lost_is_made_again(
    *,
    bot: Bot,
    telegram: Playground,
    person: Person,
    message: int,
    method: str,
    second: type[Exception] | None,
    fault: Fault,
) -> None:
    telegram.fail_next(method, fault)
    if second is None:
        await EDITS[method](bot, person.id, message)
    else:
        with pytest.raises(second):
            await EDITS[method](bot, person.id, message)
    assert attempts(telegram, method) == 2
    assert len(of_bot(person)) == (method != "deleteMessage")


async def test_it_waits_as_long_as_telegram_asks_but_not_for_ever(
    bot: Bot, telegram: Playground, person: Person, message: int, pauses: list[float]
) -> None:
    telegram.fail_next("sendMessage", RetryAfter(3), times=2)
    await bot.send_message(person.id, "hello")
    assert pauses == [3, 3]
    telegram.fail_next("sendMessage", RetryAfter(12), times=2)
    with pytest.raises(RetryAfterError):
        await bot.send_message(person.id, "hello")
    assert pauses == [3, 3, 12]


@pytest.mark.parametrize("fault", [RetryAfter(1), Fault("page"), Fault("reset")], ids=str)
@pytest.mark.parametrize("method", FLEETING)
async def test_what_is_worthless_when_late_is_not_repeated(
    *,
    bot: Bot,
    telegram: Playground,
    person: Person,
    message: int,
    method: str,
    fault: Fault | ApiError,
) -> None:
    telegram.fail_next(method, fault)
    with pytest.raises(UnavailableError):
        await FLEETING[method](bot, person.id, message)
    assert attempts(telegram, method) == 1


async def test_a_lasting_failure_comes_through(
    bot: Bot, telegram: Playground, pauses: list[float]
) -> None:
    telegram.fail_next("getMe", Fault("page"), times=100)
    with pytest.raises(UnavailableError):
        await bot.get_me()
    assert pauses == [0.5, 1, 2, 4]


def test_whatever_is_repeated_outlives_a_gateway_that_is_away_for_six_seconds() -> None:
    for kind, policy in POLICIES.items():
        waited = sum(policy.backoff * 2**n for n in range(policy.attempts - 1))
        assert waited > 6 or policy.attempts <= 2, kind


def test_the_documented_table_is_that_of_the_code() -> None:
    documented = {}
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        calls, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if len(cells) == 5:
            for call in re.findall(r"`(\w+)`(?: of (progress))?", calls):
                documented["".join(call)] = cells
    for kind, policy in POLICIES.items():
        name = "sendMessage" if kind is TelegramMethod else str(vars(kind).get("__api_method__"))
        name = "editMessageTextprogress" if kind is ProgressEdit else name
        assert documented.pop(name) == [
            f"{policy.attempts}",
            f"{policy.backoff:g} s, doubling" if policy.attempts > 1 else "–",
            f"{policy.max_retry_after:g} s" if policy.max_retry_after else "–",
            f"{policy.timeout:g} s",
            "repeated" if policy.repeats_lost else "not repeated",
        ]
    assert documented == {}
