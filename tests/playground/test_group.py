import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Update

from playground import Group, Person, Playground
from tests.playground.pictures import picture

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon")]]
)


@pytest.fixture
def group(telegram: Playground) -> Group:
    return telegram.group("Friends", telegram.person("Ada"), telegram.person("Ben", "ru"))


async def told(bot: Bot) -> list[Update]:
    """Return what the bot has not heard of yet."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def heard(bot: Bot) -> list[str | None]:
    messages = [update.message for update in await told(bot)]
    return [m.text or m.caption for m in messages if m is not None]


async def test_the_bot_learns_of_a_group_and_of_who_speaks(bot: Bot, group: Group) -> None:
    membership, made = await told(bot)
    assert membership.my_chat_member is not None
    assert membership.my_chat_member.new_chat_member.status == "member"
    assert made.message is not None
    assert made.message.group_chat_created
    ada, ben = group.members
    await ada.send_text("/help")
    await ben.send_text("/help@playground_bot")
    messages = [update.message for update in await told(bot)]
    assert [m.from_user.first_name for m in messages if m and m.from_user] == ["Ada", "Ben"]
    assert {(m.chat.id, m.chat.type, m.chat.title) for m in messages if m} == {
        (group.id, "group", "Friends")
    }
    assert group.id < 0


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(bot: Bot, group: Group) -> None:
    ada, ben = group.members
    await told(bot)
    sent = await bot.send_message(group.id, "Hello")
    photo = await ada.send_photo(picture(), caption="look")
    await ada.send_text("what a night")
    await ada.send_text("/help@another_bot")
    await ada.send_text("read /help, @somebody_else")
    await ben.send_text("me too", reply_to=photo)
    await ada.send_album([picture(), picture()])
    assert await heard(bot) == []
    await ada.send_text("/help")
    await ben.send_text("and me?", reply_to={"message_id": sent.message_id})
    await ada.send_photo(picture(), caption="🌃 light it, @Playground_Bot!")
    assert await heard(bot) == ["/help", "and me?", "🌃 light it, @Playground_Bot!"]


async def test_a_command_brings_the_photo_it_replies_to(bot: Bot, group: Group) -> None:
    ada, ben = group.members
    photo = await ada.send_photo(picture())
    await told(bot)
    await ben.send_text("/neon", reply_to=photo)
    (update,) = await told(bot)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.photo is not None
    assert update.message.reply_to_message.from_user is not None
    assert update.message.reply_to_message.from_user.id == ada.id


async def test_only_the_mentioning_part_of_an_album_is_heard(bot: Bot, group: Group) -> None:
    await told(bot)
    await group.members[0].send_album([picture(), picture()], caption="@playground_bot neon")
    assert await heard(bot) == ["@playground_bot neon"]


async def test_without_privacy_mode_everything_is_heard(telegram: Playground, bot: Bot) -> None:
    group = telegram.group("Friends", telegram.person("Ada"), hears_all=True)
    await told(bot)
    await group.members[0].send_text("what a night")
    assert await heard(bot) == ["what a night"]


async def test_everybody_sees_and_presses(bot: Bot, group: Group) -> None:
    ada, ben = group.members
    await told(bot)
    await bot.send_message(group.id, "Choose", reply_markup=KEYBOARD)
    assert (await ada.wait_for(lambda m: True))["text"] == "Choose"
    assert (await ben.wait_for(lambda m: True))["text"] == "Choose"
    with pytest.raises(TimeoutError):
        await ben.press("Neon", timeout=0.01)
    (update,) = await told(bot)
    assert update.callback_query is not None
    assert update.callback_query.from_user.id == ben.id
    assert update.callback_query.message is not None
    assert update.callback_query.message.chat.id == group.id


async def test_own_chat_and_group_are_apart(
    telegram: Playground, bot: Bot, group: Group, alice: Person
) -> None:
    assert await bot.send_message(alice.id, "in private")
    assert [m.get("text") for m in group.messages] == [None]
    member = group.member(group.members[1])
    assert (member.name, member.language, member.chat_id) == ("Ben", "ru", group.id)
    with pytest.raises(LookupError):
        group.member(alice)
    with pytest.raises(LookupError):
        telegram.person_of(group.id)
    assert telegram.group_of(group.id).title == "Friends"


async def test_the_bot_deletes_its_own_messages_only(bot: Bot, group: Group) -> None:
    said = await group.members[0].send_text("/help")
    own = await bot.send_message(group.id, "Help")
    assert await bot.delete_message(group.id, own.message_id)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(group.id, said["message_id"])


async def test_a_bot_that_may_not_write_or_was_removed_is_told_so(bot: Bot, group: Group) -> None:
    group.mute_bot()
    with pytest.raises(TelegramBadRequest, match="not enough rights to send text messages"):
        await bot.send_message(group.id, "Hello")
    with pytest.raises(TelegramBadRequest, match="not enough rights to send photos"):
        await bot.send_photo(group.id, BufferedInputFile(picture(), "a.jpg"))
    group.remove_bot()
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "Hello")
    await told(bot)
    await group.members[0].send_text("/help")
    assert await heard(bot) == []


async def test_a_group_becomes_a_supergroup(bot: Bot, group: Group) -> None:
    new = group.upgrade()
    with pytest.raises(TelegramMigrateToChat) as refusal:
        await bot.send_message(group.id, "Hello")
    assert refusal.value.migrate_to_chat_id == new.id
    assert (await bot.send_message(new.id, "Hello")).chat.type == "supergroup"
    assert new.members[1].name == "Ben"
