import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from playground import Person

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon:max")]]
)


@pytest.fixture
async def pressed(
    bot: Bot, alice: Person
) -> AsyncIterator[tuple[asyncio.Task[str | None], CallbackQuery]]:
    await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    press = asyncio.create_task(alice.press("neon:max"))
    query = None
    offset = 0
    while query is None:
        updates = await bot.get_updates(offset=offset, timeout=5)
        query = updates[-1].callback_query
        offset = updates[-1].update_id + 1
    yield press, query
    press.cancel()


async def test_answer_reaches_the_person(
    bot: Bot, alice: Person, pressed: tuple[asyncio.Task[str | None], CallbackQuery]
) -> None:
    press, query = pressed
    assert query.data == "neon:max"
    assert query.from_user.id == alice.id
    await bot.answer_callback_query(query.id, "On its way", show_alert=True)
    assert await press == "On its way"
    entry = alice.history[-1]
    assert entry.kind == "callback_answer"
    assert entry.payload == {"text": "On its way", "show_alert": True}


async def test_answer_counts_once(
    bot: Bot, pressed: tuple[asyncio.Task[str | None], CallbackQuery]
) -> None:
    press, query = pressed
    await bot.answer_callback_query(query.id)
    assert await press is None
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_answer_text_has_a_limit(
    bot: Bot, pressed: tuple[asyncio.Task[str | None], CallbackQuery]
) -> None:
    _, query = pressed
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, "x" * 201)
    await bot.answer_callback_query(query.id, "x" * 200)


async def test_unknown_query_is_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
        await bot.answer_callback_query("1")
