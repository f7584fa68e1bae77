"""What is shown of the bot is published where it differs, and a refusal harms nothing."""

import io
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommandScopeAllGroupChats,
    BufferedInputFile,
    InputProfilePhotoStatic,
)
from PIL import Image

from handler.telegram.errors import UnavailableError
from handler.telegram.profile import AVATAR, GROUP_COMMANDS, command_names, publish_profile
from handler.texts.texts import LANGUAGES, Texts
from playground import Playground
from playground.errors import ApiError
from tests.handler.running_bot import opened

TEXTS = Texts()


async def publish(bot: Bot, *, has_support: bool = True) -> None:
    await publish_profile(bot, TEXTS, has_support=has_support)


def changes(telegram: Playground) -> list[str]:
    return [call.method for call in telegram.calls if call.method.startswith("set")]


@pytest.mark.parametrize(
    ("code", "spoken"), [(None, "en"), ("en", "en"), ("ru", "ru"), ("be", "ru")]
)
async def test_everything_is_published_in_every_language(
    bot: Bot, code: str | None, spoken: str
) -> None:
    await publish(bot)
    commands = await bot.get_my_commands(language_code=code)
    assert [(command.command, command.description) for command in commands] == [
        (name, TEXTS.get(spoken, f"command-{name}")) for name in command_names(has_support=True)
    ]
    in_groups = await bot.get_my_commands(BotCommandScopeAllGroupChats(), code)
    assert [command.command for command in in_groups] == list(GROUP_COMMANDS)
    assert (await bot.get_my_name(code)).name == TEXTS.get(spoken, "name")
    description = await bot.get_my_description(code)
    assert description.description == TEXTS.get(spoken, "description")
    short = await bot.get_my_short_description(code)
    assert short.short_description == TEXTS.get(spoken, "short-description")


async def test_every_language_is_published_under_a_code_that_telegram_takes(
    bot: Bot, telegram: Playground
) -> None:
    await publish(bot)
    codes = {
        call.params.get("language_code")
        for call in telegram.calls
        if call.method == "getMyDescription"
    }
    assert {TEXTS.spoken(code) for code in codes} == set(LANGUAGES)


async def test_the_picture_is_the_bots_own(bot: Bot) -> None:
    await publish(bot)
    photos = await bot.get_user_profile_photos(bot.id)
    assert photos.total_count == 1
    width, height = opened(AVATAR.read_bytes()).size
    assert width == height
    assert photos.photos[0][-1].width == width


async def test_what_is_shown_already_is_not_set_again(bot: Bot, telegram: Playground) -> None:
    await publish(bot)
    before = changes(telegram)
    await publish(bot)
    assert changes(telegram) == before


async def test_only_what_differs_is_set(bot: Bot, telegram: Playground) -> None:
    await publish(bot)
    await bot.set_my_description("Somebody else's words", "ru")
    before = changes(telegram)
    await publish(bot)
    assert changes(telegram) == [*before, "setMyDescription"]
    assert (await bot.get_my_description("ru")).description == TEXTS.get("ru", "description")


async def test_another_picture_is_replaced(bot: Bot) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(buffer, "JPEG")
    other = BufferedInputFile(buffer.getvalue(), "other.jpg")
    await bot.set_my_profile_photo(InputProfilePhotoStatic(photo=other))
    await publish(bot)
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 2
    await publish(bot)
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 2


async def test_support_is_in_the_menu_where_there_is_somebody_to_answer(bot: Bot) -> None:
    for has_support in (True, False):
        await publish(bot, has_support=has_support)
        names = [command.command for command in await bot.get_my_commands()]
        assert ("support" in names) is has_support


@pytest.mark.parametrize(
    "refusal",
    [
        ApiError(429, "Too Many Requests: retry after 86000", {"retry_after": 86_000}),
        ApiError(400, "Bad Request: BOT_TITLE_INVALID"),
    ],
    ids=str,
)
async def test_what_telegram_puts_off_is_reported_and_harms_nothing_else(
    bot: Bot, telegram: Playground, refusal: Any, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail_next("setMyName", refusal, times=2)
    await publish(bot)
    reported = [record.getMessage() for record in caplog.records if "stays as it is" in record.msg]
    assert len(reported) == 2
    assert all("the bot's name" in line for line in reported)
    assert (await bot.get_my_description("ru")).description == TEXTS.get("ru", "description")
    await publish(bot)
    assert (await bot.get_my_name("ru")).name == TEXTS.get("ru", "name")


async def test_that_telegram_cannot_be_reached_is_an_error(bot: Bot, telegram: Playground) -> None:
    telegram.fail_next("getMyName", ApiError(500, "Internal Server Error"), times=9)
    with pytest.raises(UnavailableError):
        await publish(bot)
