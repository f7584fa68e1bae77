"""Groups that become supergroups are followed."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.types import ReplyParameters
from pydantic import HttpUrl, SecretStr

from handler.settings import Settings
from handler.telegram.client import create_bot
from handler.telegram.errors import MessageGoneError
from playground import Group, Playground
from tests.handler.running_bot import TOKEN


@pytest.fixture
async def bot(telegram: Playground) -> AsyncIterator[Bot]:
    settings = Settings(bot_token=SecretStr(TOKEN), telegram_api_url=HttpUrl(telegram.url))
    async with create_bot(settings) as bot:
        yield bot


@pytest.fixture
async def group(telegram: Playground) -> Group:
    return telegram.group("Friends", telegram.person("Ada"))


async def test_what_is_sent_goes_to_the_supergroup(bot: Bot, group: Group) -> None:
    supergroup = group.upgrade()
    assert (await bot.send_message(group.id, "hello")).chat.id == supergroup.id


async def test_what_was_replied_to_has_stayed_behind(bot: Bot, group: Group) -> None:
    said = await group.members[0].send_text("/help")
    supergroup = group.upgrade()
    reply = ReplyParameters(message_id=said["message_id"])  # and no word of doing without
    sent = await bot.send_message(group.id, "hello", reply_parameters=reply)
    assert sent.chat.id == supergroup.id
    assert sent.reply_to_message is None


async def test_messages_of_before_are_gone(bot: Bot, group: Group) -> None:
    sent = await bot.send_message(group.id, "hello")
    group.upgrade()
    with pytest.raises(MessageGoneError):
        await bot.edit_message_text("bye", chat_id=group.id, message_id=sent.message_id)
    with pytest.raises(MessageGoneError):
        await bot.delete_message(group.id, sent.message_id)
