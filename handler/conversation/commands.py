"""/start, /help and /support."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, Message

from handler.conversation.answers import answer
from handler.settings import Settings
from handler.telegram import keyboards
from handler.texts.translator import Translator


def create_router() -> Router:
    """Return a router for the commands; the only one that also answers in groups."""
    router = Router(name="commands")
    # Only from texts: a picture whose caption looks like a command is a picture.
    router.message.register(greet, F.text, CommandStart(ignore_case=True))
    router.message.register(help_out, F.text, Command("help", ignore_case=True))
    router.message.register(support, F.text, Command("support", ignore_case=True))
    router.callback_query.register(start, F.data == keyboards.START)
    return router


async def greet(message: Message, translate: Translator) -> None:
    """Welcome a person, with the START button."""
    name = message.from_user.first_name.strip() if message.from_user else ""
    greeting = translate("greeting", name=name or translate("nameless"))
    await message.answer(greeting, reply_markup=keyboards.start_keyboard(translate))


async def start(callback: CallbackQuery, translate: Translator, bot: Bot) -> None:
    """Answer a press on START: say what the bot can do."""
    await answer(callback, translate("start-accepted"))
    chat_id = callback.message.chat.id if callback.message else callback.from_user.id
    await bot.send_message(chat_id, translate("what-i-can"))


async def help_out(message: Message, translate: Translator) -> None:
    """Explain how it works."""
    await message.answer(translate("help"))


async def support(message: Message, translate: Translator, settings: Settings) -> None:
    """Name the contact for support."""
    contact = settings.support_contact
    await message.answer(
        translate("support", contact=contact) if contact else translate("support-none")
    )
