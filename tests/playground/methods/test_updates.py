import asyncio

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import Message

from playground import Person, Playground
from tests.playground.waiting import until


async def test_polling_bot_answers(telegram: Playground, bot: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"You said {message.text}")

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    person = telegram.person()
    await person.send_text("one")
    assert (await person.wait_for(lambda m: True))["text"] == "You said one"
    await person.send_text("two")
    assert (await person.wait_for(lambda m: True))["text"] == "You said two"
    await telegram.stop()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_offset_confirms_and_limit_limits(bot: Bot, telegram: Playground) -> None:
    person = telegram.person()
    for text in ("a", "b", "c"):
        await person.send_text(text)
    first, second = await bot.get_updates(limit=2)
    assert second.update_id == first.update_id + 1
    rest = await bot.get_updates(offset=second.update_id)
    assert [u.message.text for u in rest if u.message] == ["b", "c"]
    last = await bot.get_updates(offset=-1)
    assert [u.message.text for u in last if u.message] == ["c"]


async def polled(http: aiohttp.ClientSession) -> bool:
    async with http.get("/api/bot") as response:
        return bool((await response.json())["connected"])


async def test_long_poll_ends_with_an_update(
    bot: Bot, telegram: Playground, http: aiohttp.ClientSession
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await until(lambda: polled(http))
    await telegram.person().send_text("hello")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "hello"


async def test_second_poll_ends_the_first(bot: Bot, http: aiohttp.ClientSession) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await until(lambda: polled(http))
    await bot.get_updates()
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first


async def test_no_polling_beside_a_webhook(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:1/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_only_allowed_updates_come(bot: Bot, alice: Person) -> None:
    await bot.get_updates(offset=-1)
    await bot.get_updates(allowed_updates=["edited_message"])
    sent = await alice.send_text("before")
    await alice.edit_text(sent, "after")
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds[-1] == "edited_message"
    assert kinds.count("message") == 1  # /start, which came before the restriction


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/hook", "An HTTPS URL must be provided for webhook"),
        ("ftp://127.0.0.1/hook", "An HTTPS URL must be provided for webhook"),
        ("nonsense", "An HTTPS URL must be provided for webhook"),
    ],
)
async def test_bad_webhook_url_is_refused(bot: Bot, url: str, reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_webhook(url)


async def test_bad_secret_is_refused(bot: Bot) -> None:
    url = "https://example.org/hook"
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook(url, secret_token="a b")
    with pytest.raises(TelegramBadRequest, match="secret token is too long"):
        await bot.set_webhook(url, secret_token="a" * 257)


async def test_webhook_info_and_dropped_updates(bot: Bot, alice: Person) -> None:
    url = "http://127.0.0.1:1/hook"
    await bot.set_webhook(
        url, max_connections=3, allowed_updates=["message"], drop_pending_updates=True
    )
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (url, 0, 3)
    assert info.allowed_updates == ["message"]
    await bot.set_webhook("")
    assert (await bot.get_webhook_info()).url == ""
