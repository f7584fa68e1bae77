"""A small bot that the page is tried with: it answers, offers buttons and sends pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    Message,
)

from playground import Playground
from tests.playground.page.pictures import BLUE, plain_picture

RESULT_FILE = plain_picture(BLUE, (640, 400))
BUTTONS = [("Paint", "paint"), ("Enlarge", "enlarge"), ("Warn", "warn")]
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=text, callback_data=data) for text, data in BUTTONS]
    ]
)


class PageBot:
    """The bot's handlers; "Paint" works until `may_finish` is set."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.may_finish = asyncio.Event()
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self._start, CommandStart())
        self.dispatcher.message.register(self._photo, F.photo | F.document)
        self.dispatcher.message.register(self._other)
        self.dispatcher.callback_query.register(self._paint, F.data == "paint")
        self.dispatcher.callback_query.register(self._enlarge, F.data == "enlarge")
        self.dispatcher.callback_query.register(self._warn, F.data == "warn")

    async def _start(self, message: Message) -> None:
        assert message.from_user is not None
        await message.answer(f"<b>Hello</b>, your language is {message.from_user.language_code}.")

    async def _photo(self, message: Message) -> None:
        kind = "photo" if message.photo else "file"
        await message.reply(f"Got a {kind}, what now?", reply_markup=KEYBOARD)

    async def _other(self, message: Message) -> None:
        await message.reply("Send me a photo. More: /help")

    async def _paint(self, query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        assert query.message.reply_to_message is not None
        await self.may_answer.wait()
        await query.answer("On its way")
        await query.message.edit_text("Painting…")
        assert query.bot is not None
        await query.bot.send_chat_action(query.message.chat.id, "upload_photo")
        await self.may_finish.wait()
        picture = BufferedInputFile(plain_picture(BLUE), "painted.png")
        await query.message.reply_to_message.reply_photo(picture, caption="Painted")
        await query.message.edit_text("Done", reply_markup=KEYBOARD)

    async def _enlarge(self, query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        assert query.message.reply_to_message is not None
        await query.answer()
        status = await query.message.reply_to_message.reply("Enlarging…")
        assert query.bot is not None
        await query.bot.send_chat_action(query.message.chat.id, "upload_document")
        await status.edit_text("Enlarging: 50 %")
        await self.may_finish.wait()
        file = BufferedInputFile(RESULT_FILE, "enlarged.png")
        await status.edit_media(InputMediaDocument(media=file, caption="Larger"))

    async def _warn(self, query: CallbackQuery) -> None:
        await query.answer("Not so fast!", show_alert=True)


def client(playground: Playground) -> Bot:
    """Return aiogram's client for the playground's bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(playground.url))
    return Bot(playground.token, session, DefaultBotProperties(parse_mode="HTML"))


@asynccontextmanager
async def running_bot(playground: Playground) -> AsyncIterator[PageBot]:
    """Run the bot by polling for as long as the context is open."""
    page_bot, bot = PageBot(), client(playground)
    await bot.set_my_description("I paint pictures.")
    await bot.set_my_description("Я рисую картинки.", language_code="ru")
    await bot.set_my_commands(
        [
            BotCommand(command="start", description="Begin"),
            BotCommand(command="help", description="What I can do"),
        ]
    )
    started = asyncio.Event()
    page_bot.dispatcher.startup.register(started.set)
    polling = asyncio.create_task(
        page_bot.dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2)
    )
    await started.wait()
    try:
        yield page_bot
    finally:
        page_bot.may_answer.set()
        page_bot.may_finish.set()
        await page_bot.dispatcher.stop_polling()
        await polling
