"""How a conversation begins: the greeting, its buttons and the sample."""

from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.conversation.start import GREETED_SECONDS
from playground import Person
from playground.errors import ApiError
from tests.handler.running_bot import RunningBot, buttons, finished, is_text, opened, results

Json = dict[str, Any]


async def greeted(bot: RunningBot, person: Person, command: str = "/start") -> Json:
    await person.send_text(command)
    return await person.wait_for(lambda message: "photo" in message)


def newest(person: Person) -> Json:
    return person.messages[-1]


async def test_start_shows_before_and_after_and_greets_by_name(bot: RunningBot) -> None:
    alice = bot.telegram.person(name="Alice", language="ru")
    greeting = await greeted(bot, alice)
    assert greeting["caption"] == bot.texts(alice, "greeting", name="Alice")
    assert "Alice" in greeting["caption"]
    assert buttons(greeting) == [["start"], ["@try"]]
    picture = opened(await alice.download(greeting)).convert("RGB")
    left, right = (picture.getpixel((x, picture.height // 2)) for x in (20, picture.width - 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] < left[1]  # wood
    assert right[2] > right[1] + 50  # in neon light


async def test_start_pressed_again_does_not_repeat_the_speech(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    greeting = await greeted(bot, alice)
    for _ in range(2):
        assert await alice.press("start", greeting) == bot.texts(alice, "start-accepted")
    assert await bot.said(alice) == []
    (shown,) = results(alice)
    assert shown["caption"] == bot.texts(alice, "what-i-can")
    assert buttons(shown) == [["@try"]]


async def test_the_start_button_of_an_earlier_version_says_it_once(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("hello")
    await bot.said(alice)
    button = InlineKeyboardButton(text="🚀 START", callback_data="start")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await bot.services.bot.send_message(alice.id, "Welcome!", reply_markup=keyboard)
    old = newest(alice)
    for _ in range(2):
        await alice.press("start", old)
    assert (await bot.said(alice)).count(bot.texts(alice, "what-i-can")) == 1


async def test_who_was_greeted_just_now_is_not_told_everything_again(bot: RunningBot) -> None:
    alice, boris = (bot.telegram.person(name, "ru") for name in ("Alice", "Boris"))
    await greeted(bot, alice)
    await alice.send_text("/start")
    again = await alice.wait_for(is_text(bot.texts(alice, "greeting-again")))
    assert buttons(again) == [["@try"]]
    assert len(results(alice)) == 1
    await greeted(bot, boris)
    assert 600 <= GREETED_SECONDS <= 24 * 3600


async def test_a_greeting_that_was_refused_is_made_up_for(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    bot.telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: something new"))
    await alice.send_text("/start")
    await alice.wait_for(is_text(bot.texts(alice, "error-unexpected")))
    await greeted(bot, alice)


async def test_the_picture_is_uploaded_once_for_all(bot: RunningBot) -> None:
    people = [bot.telegram.person(name, "ru") for name in ("Alice", "Boris")]
    ids = [(await greeted(bot, person))["photo"][-1]["file_unique_id"] for person in people]
    assert len(set(ids)) == 1
    sent = [call for call in bot.telegram.calls if call.method == "sendPhoto"]
    assert [isinstance(call.params["photo"], str) for call in sent][-1]


async def test_a_picture_that_telegram_has_lost_is_uploaded_again(bot: RunningBot) -> None:
    alice, boris = (bot.telegram.person(name, "ru") for name in ("Alice", "Boris"))
    await greeted(bot, alice)
    bot.telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: wrong file identifier"))
    greeting = await greeted(bot, boris)
    assert opened(await boris.download(greeting)).width > 600


async def test_the_sample_is_offered_everything_and_gets_it(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    greeting = await greeted(bot, alice)
    assert await alice.press("@try", greeting) == bot.texts(alice, "try-accepted")
    await bot.said(alice)
    sample, offer = alice.messages[-2:]
    assert sample["caption"] == bot.texts(alice, "try-caption")
    assert offer["reply_to_message"]["message_id"] == sample["message_id"]
    await alice.press("neon:neon", offer)
    await finished(bot, alice)
    result = results(alice)[-1]
    assert result["reply_to_message"]["message_id"] == sample["message_id"]
    assert result["caption"] == bot.texts(alice, "caption-neon", strength="neon")


async def test_somebody_without_a_name_is_greeted_too(bot: RunningBot) -> None:
    nobody = bot.telegram.person(name=" ", language="ru")
    greeting = await greeted(bot, nobody)
    assert bot.texts(nobody, "nameless") + "! " in greeting["caption"]
