import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeDefault

from tests.playground.conftest import RawCall

COMMANDS = [BotCommand(command="start", description="Begin")]
NEON = [BotCommand(command="neon", description="Светить")]
RUSSIAN = [BotCommand(command="start", description="Начать")]


async def test_get_me(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert me.id == bot.id
    assert me.username == "playground_bot"


async def descriptions(bot: Bot, language: str | None = None) -> list[str]:
    return [c.description for c in await bot.get_my_commands(language_code=language)]


async def test_commands_by_language(bot: Bot) -> None:
    await bot.set_my_commands(COMMANDS, scope=BotCommandScopeDefault())
    await bot.set_my_commands(RUSSIAN, language_code="ru")
    assert await descriptions(bot) == ["Begin"]
    assert await descriptions(bot, "ru") == ["Начать"]
    await bot.delete_my_commands(language_code="ru")
    assert await descriptions(bot, "ru") == []
    assert await descriptions(bot) == ["Begin"]


async def test_commands_of_a_scope_leave_the_others_alone(bot: Bot) -> None:
    group = BotCommandScopeAllGroupChats()
    await bot.set_my_commands(COMMANDS)
    await bot.set_my_commands(NEON, scope=group, language_code="ru")
    assert await descriptions(bot) == ["Begin"]
    assert [c.command for c in await bot.get_my_commands(scope=group, language_code="ru")] == [
        "neon"
    ]
    assert await bot.get_my_commands(scope=group) == []


async def test_bad_scope_is_refused(call: RawCall) -> None:
    for scope in ({"type": "everywhere"}, {"type": "chat"}, [1]):
        answer = await call("getMyCommands", scope=scope)
        assert "BotCommandScope" in answer["description"]


@pytest.mark.parametrize(
    ("command", "description", "reason"),
    [
        ("Start", "Begin", "BOT_COMMAND_INVALID"),
        ("x" * 33, "Begin", "BOT_COMMAND_INVALID"),
        ("start", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "x" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_bad_command_is_refused(
    bot: Bot, command: str, description: str, reason: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_my_commands([BotCommand(command=command, description=description)])


async def test_texts_by_language(bot: Bot) -> None:
    await bot.set_my_name("Neon")
    await bot.set_my_description("Pictures in neon")
    await bot.set_my_description("Картинки в неоне", language_code="ru")
    await bot.set_my_short_description("Neon!", language_code="ru")
    assert (await bot.get_me()).first_name == "Neon"
    assert (await bot.get_my_name(language_code="ru")).name == "Neon"
    assert (await bot.get_my_description()).description == "Pictures in neon"
    assert (await bot.get_my_description(language_code="ru")).description == "Картинки в неоне"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_short_description(language_code="ru")).short_description == "Neon!"
    await bot.set_my_description("", language_code="ru")
    assert (await bot.get_my_description(language_code="ru")).description == ""


async def test_long_texts_are_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="name is too long"):
        await bot.set_my_name("x" * 65)
    with pytest.raises(TelegramBadRequest, match="description is too long"):
        await bot.set_my_description("x" * 513)
    with pytest.raises(TelegramBadRequest, match="short description is too long"):
        await bot.set_my_short_description("x" * 121)
