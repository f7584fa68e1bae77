import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, MessageOriginUser

from playground import Person, Playground
from tests.playground.pictures import gif, picture

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon")]]
)


async def heard(bot: Bot, count: int) -> list[Message]:
    """Return the last messages that the bot was told of."""
    return [u.message for u in (await bot.get_updates())[-count:] if u.message is not None]


async def test_an_album_is_one_update_each_with_the_caption_on_the_first(
    bot: Bot, alice: Person
) -> None:
    question = await alice.send_text("which?")
    await alice.send_album([picture(), picture()], caption="ours /neon", reply_to=question)
    one, two = await heard(bot, 2)
    assert one.media_group_id == two.media_group_id is not None
    assert (one.caption, two.caption) == ("ours /neon", None)
    assert [e.type for e in one.caption_entities or ()] == ["bot_command"]
    assert two.reply_to_message is not None
    assert two.message_id == one.message_id + 1


async def test_files_make_an_album_too(bot: Bot, alice: Person) -> None:
    await alice.send_album([b"1", b"2"], names=["a.txt", "b.txt"])
    names = [message.document.file_name for message in await heard(bot, 2) if message.document]
    assert names == ["a.txt", "b.txt"]


@pytest.mark.parametrize("count", [0, 11])
async def test_an_album_has_one_to_ten_items(alice: Person, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 10"):
        await alice.send_album([picture()] * count)


async def test_a_bad_picture_spoils_the_album_before_anything_is_sent(alice: Person) -> None:
    before = len(alice.messages)
    with pytest.raises(ValueError, match="not a picture"):
        await alice.send_album([picture(), b"text"])
    assert len(alice.messages) == before


async def test_files_and_stickers_may_be_replies(bot: Bot, alice: Person) -> None:
    photo = await alice.send_photo(picture())
    await alice.send_document(b"1", "a.txt", reply_to=photo)
    await alice.send_other("sticker", reply_to=photo)
    replies = [m.reply_to_message.message_id for m in await heard(bot, 2) if m.reply_to_message]
    assert replies == [photo["message_id"]] * 2


async def test_what_is_forwarded_names_its_sender_and_leaves_its_buttons_behind(
    telegram: Playground, bot: Bot, alice: Person
) -> None:
    photo = await alice.send_photo(picture(), caption="Mine")
    await bot.send_message(
        alice.id, "Choose", reply_markup=KEYBOARD, reply_to_message_id=photo["message_id"]
    )
    ben = telegram.person("Ben")
    await ben.forward(photo, alice.messages[-1])
    (again,) = await alice.forward(ben.messages[0])
    sent = await heard(bot, 3)
    assert [m.chat.id for m in sent] == [ben.id, ben.id, alice.id]
    assert sent[0].photo is not None
    assert sent[0].photo[-1].file_id == photo["photo"][-1]["file_id"]
    assert sent[0].caption == "Mine"
    assert sent[1].reply_markup is None
    assert sent[1].reply_to_message is None
    origins = [m.forward_origin for m in sent]
    assert all(isinstance(origin, MessageOriginUser) for origin in origins)
    assert [o.sender_user.id for o in origins if isinstance(o, MessageOriginUser)] == [
        alice.id,
        bot.id,
        alice.id,
    ]
    assert again["from"]["id"] == alice.id


async def test_a_sender_may_be_hidden_and_an_album_stays_one(bot: Bot, alice: Person) -> None:
    album = await alice.send_album([picture(), picture()])
    await alice.forward(*album, hidden=True)
    one, two = await heard(bot, 2)
    assert one.media_group_id == two.media_group_id
    assert one.media_group_id != album[0]["media_group_id"]
    assert one.forward_origin is not None
    assert one.forward_origin.type == "hidden_user"


async def test_a_deep_link_starts_with_its_payload(bot: Bot, alice: Person) -> None:
    await alice.start("neon_sunset-2")
    (message,) = await heard(bot, 1)
    assert message.text == "/start neon_sunset-2"
    assert [(e.type, e.offset, e.length) for e in message.entities or ()] == [("bot_command", 0, 6)]
    for payload in ("a b", "é", "x" * 65, "neon/sunset"):
        with pytest.raises(ValueError, match="1 to 64"):
            await alice.start(payload)


async def test_a_gif_moves(bot: Bot, alice: Person) -> None:
    data = gif(600, 900)
    sent = await alice.send_animation(data, "night.gif", caption="Look")
    (message,) = await heard(bot, 1)
    assert message.content_type == "animation"
    assert message.animation is not None
    assert message.document is not None
    assert message.animation.file_id == message.document.file_id
    assert (message.animation.width, message.animation.height) == (40, 30)
    assert message.animation.duration == 2
    assert message.animation.thumbnail is not None
    assert await alice.download(sent) == data
    with pytest.raises(ValueError, match="not a GIF"):
        await alice.send_animation(picture())


async def test_a_cleared_chat_is_empty_and_goes_on(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Hello")
    alice.clear()
    assert alice.messages == []
    assert alice.history[-1].kind == "cleared"
    await bot.send_message(alice.id, "Still here")
    assert [m["text"] for m in alice.messages] == ["Still here"]
