"""Every way in which Telegram can fail or refuse is an error of our own, without contents."""

from pathlib import Path

import pytest
from aiogram import Bot
from pydantic import HttpUrl, SecretStr

import handler
from handler.settings import Settings
from handler.telegram.client import create_bot
from handler.telegram.errors import (
    ChatClosedError,
    FileGoneError,
    FileRefusedError,
    FileTooLargeError,
    MessageGoneError,
    NoRightsError,
    NotATextError,
    NotModifiedError,
    RefusedError,
    RetryAfterError,
    TelegramError,
    UnavailableError,
)
from playground import ApiError, Fault, Person, Playground, RetryAfter
from tests.handler.running_bot import TOKEN

HANDLER = Path(handler.__file__).parent


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatClosedError),
        (403, "Forbidden: user is deactivated", ChatClosedError),
        (400, "Bad Request: chat not found", ChatClosedError),
        (400, "Bad Request: PEER_ID_INVALID", ChatClosedError),
        (400, "Bad Request: not enough rights to send text messages to the chat", ChatClosedError),
        (400, "Bad Request: have no rights to send a message", ChatClosedError),
        (400, "Bad Request: TOPIC_CLOSED", ChatClosedError),
        (403, "Forbidden: bot was kicked from the supergroup chat", ChatClosedError),
        (400, "Bad Request: not enough rights to send photos to the chat", NoRightsError),
        (400, "Bad Request: CHAT_SEND_DOCS_FORBIDDEN", NoRightsError),
        (400, "Bad Request: message to edit not found", MessageGoneError),
        (400, "Bad Request: message to delete not found", MessageGoneError),
        (400, "Bad Request: message to be replied not found", MessageGoneError),
        (400, "Bad Request: message can't be edited", MessageGoneError),
        (400, "Bad Request: message is not modified: specified new", NotModifiedError),
        (400, "Bad Request: there is no text in the message to edit", NotATextError),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", FileGoneError),
        (400, "Bad Request: file is temporarily unavailable", FileGoneError),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", FileRefusedError),
        (400, "Bad Request: IMAGE_PROCESS_FAILED", FileRefusedError),
        (400, "Bad Request: file is too big", FileTooLargeError),
        (413, "Request Entity Too Large", FileTooLargeError),
        (400, "Bad Request: SOMETHING_NEW", RefusedError),
        (401, "Unauthorized", RefusedError),
        (404, "Not Found", RefusedError),
        (409, "Conflict: terminated by other getUpdates request", RefusedError),
        (500, "Internal Server Error", UnavailableError),
        (429, "Too Many Requests", UnavailableError),
    ],
)
async def test_refusals_are_told_apart(
    *,
    bot: Bot,
    telegram: Playground,
    person: Person,
    code: int,
    text: str,
    kind: type[TelegramError],
) -> None:
    telegram.fail_next("sendMessage", ApiError(code, text), times=9)
    with pytest.raises(TelegramError) as failure:
        await bot.send_message(person.id, "hello")
    assert type(failure.value) is kind


def test_nobody_else_reads_what_aiogram_raises() -> None:
    reads = {
        path.relative_to(HANDLER).as_posix()
        for path in HANDLER.rglob("*.py")
        if "aiogram.exceptions" in path.read_text(encoding="utf-8")
    }
    assert reads == {"telegram/client.py", "telegram/errors.py"}


async def test_flood_control_says_for_how_long(
    bot: Bot, telegram: Playground, person: Person
) -> None:
    telegram.fail_next("sendMessage", RetryAfter(600))
    with pytest.raises(RetryAfterError) as failure:
        await bot.send_message(person.id, "hello")
    assert failure.value.retry_after == 600


@pytest.mark.parametrize(
    ("fault", "may_have_arrived"),
    [
        (Fault("page"), False),
        (Fault("page", status=503), False),
        (Fault("page", status=403), False),
        (Fault("page", status=504), True),
        (Fault("page", status=200), True),
        (Fault("empty"), True),
        (Fault("reset"), True),
    ],
    ids=str,
)
async def test_what_is_no_answer_tells_whether_the_request_may_have_arrived(
    bot: Bot, telegram: Playground, person: Person, *, fault: Fault, may_have_arrived: bool
) -> None:
    telegram.fail_next("sendMessage", fault, times=9)
    with pytest.raises(UnavailableError) as failure:
        await bot.send_message(person.id, "hello")
    assert failure.value.may_have_arrived == may_have_arrived
    assert "Bad Gateway" not in str(failure.value)  # a page may hold anything
    assert failure.value.__suppress_context__


async def test_a_page_of_a_gateway_that_takes_no_such_file(
    bot: Bot, telegram: Playground, person: Person
) -> None:
    telegram.fail_next("sendMessage", Fault("page", status=413))
    with pytest.raises(FileTooLargeError):
        await bot.send_message(person.id, "hello")


async def test_an_unreachable_server_has_not_got_it_and_the_token_does_not_show() -> None:
    nowhere = HttpUrl("http://127.0.0.1:9")
    bot = create_bot(Settings(bot_token=SecretStr(TOKEN), telegram_api_url=nowhere))
    with pytest.raises(UnavailableError, match="Cannot connect") as failure:
        await bot.get_me()
    assert not failure.value.may_have_arrived
    assert TOKEN not in str(failure.value)
    await bot.session.close()
