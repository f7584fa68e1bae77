"""A bot that waits when told to, and repeats only what may be repeated."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from pydantic import HttpUrl, SecretStr

from handler.settings import Settings
from handler.telegram.client import MAX_RETRIES, Patience, create_bot
from playground import ApiError, Person, Playground, RetryAfter
from tests.handler.running_bot import TOKEN

BROKEN = ApiError(502, "Bad Gateway")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let pauses take no time; what was waited for stands in the list."""
    taken: list[float] = []

    async def pause(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr("handler.telegram.client.asyncio.sleep", pause)
    return taken


@pytest.fixture
async def bot(telegram: Playground, pauses: list[float]) -> AsyncIterator[Bot]:
    bot = create_bot(Settings(bot_token=SecretStr(TOKEN), telegram_api_url=HttpUrl(telegram.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
async def alice(telegram: Playground) -> Person:
    alice = telegram.person()
    await alice.send_text("/start")
    return alice


async def test_it_waits_as_long_as_telegram_asks(
    telegram: Playground, bot: Bot, alice: Person, pauses: list[float]
) -> None:
    telegram.fail_next("sendMessage", RetryAfter(3), times=2)
    await bot.send_message(alice.id, "hello")
    assert pauses == [3, 3]
    assert [m["text"] for m in alice.messages if m["from"]["is_bot"]] == ["hello"]


async def test_it_does_not_wait_for_ever(
    telegram: Playground, bot: Bot, alice: Person, pauses: list[float]
) -> None:
    telegram.fail_next("sendMessage", RetryAfter(12), times=5)
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(alice.id, "hello")
    assert pauses == [12]


async def test_progress_does_not_wait(
    telegram: Playground, bot: Bot, alice: Person, pauses: list[float]
) -> None:
    telegram.fail_next("sendChatAction", RetryAfter(3))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_chat_action(alice.id, "upload_photo")
    assert pauses == []


async def test_what_does_no_harm_twice_is_repeated(
    telegram: Playground, bot: Bot, pauses: list[float]
) -> None:
    telegram.fail_next("getMe", BROKEN, times=MAX_RETRIES)
    assert (await bot.get_me()).is_bot
    assert pauses == [0.5, 1, 2]


async def test_a_lasting_failure_comes_through(
    telegram: Playground, bot: Bot, pauses: list[float]
) -> None:
    telegram.fail_next("getMe", BROKEN, times=MAX_RETRIES + 1)
    with pytest.raises(TelegramServerError):
        await bot.get_me()
    assert len(pauses) == MAX_RETRIES


async def test_a_message_is_never_sent_twice(
    telegram: Playground, bot: Bot, alice: Person, pauses: list[float]
) -> None:
    telegram.fail_next("sendMessage", BROKEN)
    with pytest.raises(TelegramServerError):
        await bot.send_message(alice.id, "hello")
    assert pauses == []
    assert [call.method for call in telegram.calls].count("sendMessage") == 1


async def test_an_unreachable_server(pauses: list[float]) -> None:
    nowhere = HttpUrl("http://127.0.0.1:9")
    bot = create_bot(Settings(bot_token=SecretStr(TOKEN), telegram_api_url=nowhere))
    with pytest.raises(TelegramNetworkError) as failure:
        await bot.get_me()
    assert len(pauses) == MAX_RETRIES
    assert TOKEN not in str(failure.value)
    await bot.session.close()


def test_the_limits_are_settings_of_the_middleware() -> None:
    assert Patience(max_wait=5).max_wait == 5
