"""What Telegram shows of the bot before anybody writes: its commands and descriptions."""

from aiogram import Bot
from aiogram.types import BotCommand

from handler.texts.texts import LANGUAGES, Texts

COMMANDS = ("start", "help", "support")


async def publish_profile(bot: Bot, texts: Texts) -> None:
    """Set commands, description and short description, in every language the bot speaks.

    Telegram shows the ones without a language to everybody else.

    Raises:
        TelegramError: Telegram refuses, or cannot be reached.
    """
    for language in (None, *LANGUAGES):
        commands = [
            BotCommand(command=command, description=texts.get(language, f"command-{command}"))
            for command in COMMANDS
        ]
        await bot.set_my_commands(commands, language_code=language)
        await bot.set_my_description(texts.get(language, "description"), language_code=language)
        await bot.set_my_short_description(
            texts.get(language, "short-description"), language_code=language
        )
