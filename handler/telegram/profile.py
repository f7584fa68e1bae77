"""What Telegram shows of the bot before anybody writes: its name, picture, texts and commands."""

import logging
from collections.abc import Awaitable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
    BufferedInputFile,
    InputProfilePhotoStatic,
)
from PIL import ImageChops, ImageStat

from handler.telegram.download import download
from handler.telegram.errors import DownloadError, RefusedError, RetryAfterError
from handler.texts.texts import LANGUAGES, Texts
from model_layer.images import ImageError, decode

COMMANDS: Final = ("start", "help", "settings", "privacy", "forget", "about")
SUPPORT: Final = "support"
"""A command only where there is somebody to answer."""
GROUP_COMMANDS: Final = ("neon", "x2", "x3", "x4", "help")
"""Said in reply to a picture."""
AVATAR: Final = Path(__file__).parents[1] / "assets" / "avatar.jpg"
ALIKE: Final = 8.0
"""Two pictures that differ less, on average and of 255, are one that Telegram has encoded anew."""
MAX_AVATAR_PIXELS: Final = 4_000_000

logger = logging.getLogger(__name__)


def command_names(*, has_support: bool) -> tuple[str, ...]:
    """Return the commands of a private chat, in the order of the menu."""
    return (*COMMANDS, SUPPORT) if has_support else COMMANDS


async def publish_profile(bot: Bot, texts: Texts, *, has_support: bool) -> None:
    """Set what differs from what Telegram shows, in every language that the bot speaks.

    Telegram shows what is set without a language to everybody else. What it puts off or refuses is
    logged and stays as it is until the next time: some of it may change but a few times a day.

    Raises:
        UnavailableError: Telegram cannot be reached.
    """
    default = BotCommandScopeDefault(), command_names(has_support=has_support)
    groups = BotCommandScopeAllGroupChats(), GROUP_COMMANDS
    for code, language in _codes(texts):
        say = partial(texts.get, language)
        for scope, names in (default, groups):
            commands = {name: say(f"command-{name}") for name in names}
            await _attempt("commands", code, _commands(bot, scope, code, commands))
        await _attempt("name", code, _name(bot, code, say("name")))
        await _attempt("description", code, _description(bot, code, say("description")))
        short = _short_description(bot, code, say("short-description"))
        await _attempt("short description", code, short)
    await _attempt("picture", None, _avatar(bot))


def _codes(texts: Texts) -> Iterator[tuple[str | None, str | None]]:
    """Yield codes of people, of two letters as Telegram wants them, and what they read."""
    yield None, None
    for language in LANGUAGES:
        for code in texts.codes(language):
            if len(code) == 2:
                yield code, language


async def _attempt(what: str, code: str | None, publication: Awaitable[None]) -> None:
    try:
        await publication
    except (RetryAfterError, RefusedError, DownloadError) as error:
        whose = f" ({code})" if code else ""
        logger.warning("the bot's %s%s stays as it is: %s", what, whose, error)


async def _commands(
    bot: Bot, scope: BotCommandScopeUnion, code: str | None, wanted: dict[str, str]
) -> None:
    shown = await bot.get_my_commands(scope, code)
    if [(command.command, command.description) for command in shown] != list(wanted.items()):
        commands = [BotCommand(command=name, description=text) for name, text in wanted.items()]
        await bot.set_my_commands(commands, scope, code)


async def _name(bot: Bot, code: str | None, wanted: str) -> None:
    if (await bot.get_my_name(code)).name != wanted:
        await bot.set_my_name(wanted, code)


async def _description(bot: Bot, code: str | None, wanted: str) -> None:
    if (await bot.get_my_description(code)).description != wanted:
        await bot.set_my_description(wanted, code)


async def _short_description(bot: Bot, code: str | None, wanted: str) -> None:
    if (await bot.get_my_short_description(code)).short_description != wanted:
        await bot.set_my_short_description(wanted, code)


async def _avatar(bot: Bot) -> None:
    data = AVATAR.read_bytes()
    shown = (await bot.get_user_profile_photos(bot.id, limit=1)).photos
    if shown and _look_alike(await download(bot, shown[0][-1].file_id), data):
        return
    file = BufferedInputFile(data, AVATAR.name)
    await bot.set_my_profile_photo(InputProfilePhotoStatic(photo=file))


def _look_alike(shown: bytes, wanted: bytes) -> bool:
    try:
        first, second = (
            decode(data, MAX_AVATAR_PIXELS).image.convert("L").resize((32, 32))
            for data in (shown, wanted)
        )
    except ImageError:
        return False
    return ImageStat.Stat(ImageChops.difference(first, second)).mean[0] < ALIKE
