import asyncio

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from playground import Person, Playground
from tests.playground.pictures import picture

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Neon", callback_data="neon:max"),
            InlineKeyboardButton(text="Twice", callback_data="upscale:2"),
        ]
    ]
)


async def answer_queries(bot: Bot, count: int) -> list[str]:
    """Answer as many pressed buttons with their data, and return the data."""
    seen: list[str] = []
    offset = 0
    while len(seen) < count:
        for update in await bot.get_updates(offset=offset, timeout=5):
            offset = update.update_id + 1
            if update.callback_query and update.callback_query.data:
                seen.append(update.callback_query.data)
                await update.callback_query.answer(f"got {seen[-1]}").as_(bot)
    return seen


async def test_people_have_chats_of_their_own(telegram: Playground, bot: Bot) -> None:
    alice, bob = telegram.person("Alice"), telegram.person("Bob", language="ru")
    await alice.send_text("hello")
    assert alice.id != bob.id
    assert bob.messages == []
    await bob.send_text("привет")
    updates = await bot.get_updates()
    users = [update.message.from_user for update in updates if update.message]
    assert [(u.first_name, u.language_code) for u in users if u] == [
        ("Alice", "en"),
        ("Bob", "ru"),
    ]


async def test_photo_is_recompressed_and_document_kept(bot: Bot, alice: Person) -> None:
    data = picture(1400, 700)
    photo = await alice.send_photo(data, caption="My photo")
    document = await alice.send_document(data, "my photo.jpg")
    assert photo["caption"] == "My photo"
    assert photo["photo"][-1]["width"] == 1280
    assert await alice.download(photo) != data
    assert await alice.download(document) == data
    with pytest.raises(ValueError, match="not a picture"):
        await alice.send_photo(b"text")
    with pytest.raises(LookupError, match="no file"):
        await alice.download(alice.messages[0])


async def test_album(bot: Bot, alice: Person) -> None:
    one, two = await alice.send_album([picture(), picture(100, 100)])
    assert one["media_group_id"] == two["media_group_id"]


@pytest.mark.parametrize(
    "kind",
    [
        "sticker",
        "voice",
        "video",
        "animation",
        "audio",
        "video_note",
        "location",
        "contact",
        "dice",
    ],
)
async def test_other_messages_are_understood_by_the_bot(bot: Bot, alice: Person, kind: str) -> None:
    await alice.send_other(kind)
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.content_type == kind


async def test_unknown_kind_of_message(alice: Person) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        await alice.send_other("hologram")


async def test_wait_for_returns_each_state_once_and_in_order(bot: Bot, alice: Person) -> None:
    first = await bot.send_message(alice.id, "one")
    await bot.send_message(alice.id, "two")
    await first.edit_text("one, edited")
    await bot.delete_message(alice.id, first.message_id)
    texts = [(await alice.wait_for(lambda m: True))["text"] for _ in range(3)]
    assert texts == ["one", "two", "one, edited"]
    with pytest.raises(TimeoutError):
        await alice.wait_for(lambda m: True, timeout=0.01)


async def test_wait_for_waits(bot: Bot, alice: Person) -> None:
    waiting = asyncio.create_task(alice.wait_for(lambda m: m["text"] == "two"))
    await bot.send_message(alice.id, "one")
    assert not waiting.done()
    await bot.send_message(alice.id, "two")
    assert (await waiting)["text"] == "two"


async def test_wait_for_ignores_the_person_and_lists_the_chat(bot: Bot, alice: Person) -> None:
    await bot.send_photo(alice.id, BufferedInputFile(picture(), "a.jpg"), reply_markup=KEYBOARD)
    with pytest.raises(TimeoutError) as caught:
        await alice.wait_for(lambda m: m.get("text") == "/start", timeout=0.01)
    report = str(caught.value)
    assert "Alice: '/start'" in report
    assert "bot: <photo> '' ['neon:max', 'upscale:2']" in report


async def test_wait_until(bot: Bot, alice: Person) -> None:
    waiting = asyncio.create_task(alice.wait_until(lambda: len(alice.messages) == 3))
    await bot.send_message(alice.id, "one")
    await bot.send_message(alice.id, "two")
    await waiting
    with pytest.raises(TimeoutError, match="did not come true"):
        await alice.wait_until(lambda: False, timeout=0.01)


async def test_press_by_data_or_label(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    answering = asyncio.create_task(answer_queries(bot, 2))
    assert await alice.press("neon:max") == "got neon:max"
    assert await alice.press("Twice") == "got upscale:2"
    assert await answering == ["neon:max", "upscale:2"]


async def test_double_tap_sends_two_queries(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    answering = asyncio.create_task(answer_queries(bot, 2))
    answers = await asyncio.gather(alice.press("Neon"), alice.press("Neon"))
    assert list(answers) == ["got neon:max"] * 2
    await answering


async def test_press_shows_what_the_message_replies_to(bot: Bot, alice: Person) -> None:
    photo = await alice.send_photo(picture())
    await bot.send_message(
        alice.id, "Choose", reply_markup=KEYBOARD, reply_to_message_id=photo["message_id"]
    )
    for shown in (True, False):
        if not shown:
            await alice.delete(photo)
        press = asyncio.create_task(alice.press("Neon"))
        await alice.wait_until(lambda: True)
        update = (await bot.get_updates(offset=-1, timeout=5))[0]
        assert update.callback_query is not None
        assert update.callback_query.message is not None
        message = update.callback_query.message.model_dump(exclude_none=True)
        assert ("reply_to_message" in message) is shown
        await bot.answer_callback_query(update.callback_query.id)
        await press


async def test_press_of_a_button_that_is_not_there(bot: Bot, alice: Person) -> None:
    with pytest.raises(LookupError, match="no button 'Neon'"):
        await alice.press("Neon")
    sent = await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    seen = alice.messages[-1]
    await bot.delete_message(alice.id, sent.message_id)
    with pytest.raises(LookupError, match="was deleted"):
        await alice.press("Neon", seen)


async def test_old_keyboard_can_still_be_hit(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    seen = alice.messages[-1]
    await sent.edit_text("Working…")
    answering = asyncio.create_task(answer_queries(bot, 1))
    assert await alice.press("Neon", seen) == "got neon:max"
    await answering


async def test_press_without_an_answer(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Choose", reply_markup=KEYBOARD)
    with pytest.raises(TimeoutError, match="no answer to the button 'Neon'"):
        await alice.press("Neon", timeout=0.01)


async def test_deleted_message_is_gone(alice: Person) -> None:
    message = await alice.send_text("oops")
    await alice.delete(message)
    assert [m["text"] for m in alice.messages] == ["/start"]
    assert alice.history[-1].kind == "deleted"
    with pytest.raises(KeyError):
        await alice.delete(message)


async def test_language_may_change(bot: Bot, alice: Person) -> None:
    alice.language = "ru"
    await alice.send_text("привет")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ru"
