"""A result carries buttons, and what they ask for chains without sending anything again."""

from functools import partial
from typing import Any

import pytest
from PIL import ImageStat

from handler.telegram import download
from playground.person import Person
from tests.handler.running_bot import (
    RunningBot,
    buttons,
    finished,
    has_buttons,
    is_reply,
    jpeg,
    opened,
    png,
    results,
)

Json = dict[str, Any]

UNDER_NEON = [
    ["neon:neon:auto+1", "lights:neon"],
    ["neon:soft", "neon:max"],
    ["+upscale:2", "+compare", "@slideshow"],
]


async def result_of(
    bot: RunningBot, person: Person, code: str, message: Json | None = None
) -> Json:
    """Press a button; returns the message with its result."""
    before = len(results(person))
    await person.press(code, message)
    await person.wait_until(lambda: len(results(person)) > before)
    await finished(bot, person)
    return results(person)[-1]


def codes(message: Json) -> list[str]:
    return [code for row in buttons(message) for code in row]


async def test_a_neon_photo_carries_what_may_follow(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    neon = await result_of(bot, alice, "neon:neon", await bot.offered(alice))
    assert buttons(neon) == UNDER_NEON
    labels = [b["text"] for row in neon["reply_markup"]["inline_keyboard"] for b in row]
    assert labels == [
        "🎲 Другой свет", "💡 Свет", "➖ Слабее", "➕ Сильнее", "👾 ×2", "⚖️ До и после", "🎞 Слайды",
    ]  # fmt: skip


async def test_another_light_is_of_the_original_and_so_on(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg((320, 200)))
    first = await result_of(bot, alice, "neon:neon", await alice.wait_for(has_buttons))
    second = await result_of(bot, alice, "neon:neon:auto+1", first)
    third = await result_of(bot, alice, "neon:neon:auto+2", second)
    assert bot.engine.applied == ["neon:neon", "neon:neon:auto+1", "neon:neon:auto+2"]
    for result in (first, second, third):
        assert result["reply_to_message"]["message_id"] == photo["message_id"]
        red, *_ = ImageStat.Stat(opened(await alice.download(result)).convert("RGB")).mean
        assert red > 128  # inverted once: never the neon picture itself
    assert "neon:neon:auto+3" in codes(third)


@pytest.mark.parametrize(("strength", "others"), [("soft", ["neon:neon"]), ("max", ["neon:neon"])])
async def test_no_strength_is_beyond_the_last(
    bot: RunningBot, strength: str, others: list[str]
) -> None:
    alice = bot.telegram.person()
    neon = await result_of(bot, alice, "neon:neon", await bot.offered(alice))
    other = await result_of(bot, alice, f"neon:{strength}", neon)
    assert buttons(other)[1] == others


async def test_neon_becomes_larger_and_what_is_large_is_lit(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg((320, 200)))
    neon = await result_of(bot, alice, "neon:neon", offer)
    large = await result_of(bot, alice, "+upscale:2", neon)
    assert large["reply_to_message"]["message_id"] == neon["message_id"]
    picture = opened(await alice.download(large)).convert("RGB")
    assert picture.size == (640, 400)
    red, *_ = ImageStat.Stat(picture).mean
    assert red > 128  # of the neon picture
    assert buttons(large) == [["upscale:2~jpeg"]]  # of a neon picture no neon again
    plain = await result_of(bot, alice, "upscale:3", offer)
    assert buttons(plain) == [["+neon:neon", "upscale:3~jpeg"]]
    lit = await result_of(bot, alice, "+neon:neon", plain)
    assert opened(await alice.download(lit)).size == (960, 600)
    assert lit["reply_to_message"]["message_id"] == plain["message_id"]
    assert codes(lit) == [
        "neon:neon:auto+1", "lights:neon", "neon:soft", "neon:max", "+compare",
    ]  # fmt: skip


@pytest.mark.usefixtures("second_taps_are_meant")
async def test_the_same_enlarged_file_as_jpeg(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    large = await result_of(bot, alice, "upscale:2", await bot.offered(alice))
    smaller = await result_of(bot, alice, "upscale:2~jpeg", large)
    assert opened(await alice.download(smaller)).format == "JPEG"
    assert smaller["document"]["file_name"] == "photo-x2.jpg"
    assert buttons(smaller) == [["+neon:neon"]]
    assert await alice.press("upscale:2~jpeg", large) == bot.texts(alice, "press-remembered")
    assert bot.engine.applied == ["upscale:2"] * 2


async def test_what_telegram_would_not_hand_back_is_offered_of_the_original(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.jobs.offers.MAX_BYTES", 100)
    alice = bot.telegram.person()
    await alice.send_document(png((64, 48)), "cat.png")
    offer = await alice.wait_for(has_buttons)
    large = await result_of(bot, alice, "upscale:2", offer)
    assert codes(large) == ["neon:neon", "upscale:2~jpeg"]
    neon = await result_of(bot, alice, "neon:neon", offer)
    assert not [code for code in codes(neon) if code.startswith("+")]
    assert download.MAX_BYTES > 100


async def test_a_remembered_result_has_the_same_buttons(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    for code in ("upscale:2", "neon:neon"):
        made = await result_of(bot, alice, code, await bot.offered(alice))
        again = await result_of(bot, bob, code, await bot.offered(bob))
        assert buttons(again) == buttons(made)
    assert bot.engine.applied == ["upscale:2", "neon:neon"]


async def test_where_the_original_is_gone_so_are_the_buttons_that_need_it(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    offer = await alice.wait_for(has_buttons)
    neon = await result_of(bot, alice, "neon:neon", offer)
    await alice.delete(photo)
    for message, left in ((offer, None), (neon, [["+upscale:2"]])):
        answer = await alice.press_for_answer("neon:neon" if left is None else "neon:max", message)
        assert (answer.text, answer.show_alert) == (bot.texts(alice, "press-photo-deleted"), True)
        await alice.wait_until(partial(_has_left, alice, message, left))
    large = await result_of(bot, alice, "+upscale:2", neon)
    assert large["reply_to_message"]["message_id"] == neon["message_id"]


async def test_lights_are_chosen_by_looking(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    sheet = await result_of(bot, alice, "lights:neon", await alice.wait_for(has_buttons))
    assert "photo" in sheet
    assert sheet["caption"] == bot.texts(alice, "caption-lights")
    keys = [b for row in sheet["reply_markup"]["inline_keyboard"] for b in row]
    assert [key["text"].split()[0] for key in keys] == [str(n) for n in range(1, 12)]
    lit = await result_of(bot, alice, keys[3]["callback_data"], sheet)
    assert keys[3]["text"] == "4 🌴"
    assert bot.engine.applied == ["lights:neon", "neon:neon:miami"]
    assert lit["reply_to_message"]["message_id"] == photo["message_id"]
    assert buttons(lit)[1] == ["neon:soft:miami", "neon:max:miami"]


async def test_the_sheet_of_a_file_is_a_photo_too(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), "cat.png")
    assert "photo" in await result_of(bot, alice, "lights:neon", await alice.wait_for(has_buttons))


async def test_before_and_after_are_one_picture(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    neon = await result_of(bot, alice, "neon:neon", await bot.offered(alice, jpeg((320, 200))))
    both = await result_of(bot, alice, "+compare", neon)
    picture = opened(await alice.download(both)).convert("RGB")
    assert picture.size == (320, 200)
    before, after = picture.getpixel((20, 190)), picture.getpixel((300, 190))
    assert before == pytest.approx((0, 0, 128), abs=8)  # navy, and navy inverted
    assert after == pytest.approx((255, 255, 127), abs=8)
    assert both["reply_to_message"]["message_id"] == neon["message_id"]
    assert not has_buttons(both)
    assert bot.engine.applied == ["neon:neon"]


async def test_slides_show_the_same_files_again(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    neon = await result_of(bot, alice, "neon:neon", await alice.wait_for(has_buttons))
    assert await alice.press("@slideshow", neon) == bot.texts(alice, "press-slideshow")
    slides = await alice.wait_for(lambda message: "rich_message" in message)
    assert slides["reply_to_message"]["message_id"] == neon["message_id"]
    (block,) = slides["rich_message"]["blocks"]
    assert block["type"] == "slideshow"
    shown = [slide["photo"][-1]["file_id"] for slide in block["blocks"]]
    assert shown == [message["photo"][-1]["file_id"] for message in (photo, neon)]


async def test_an_enlarged_file_comes_with_a_preview(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    for person in (alice, bob):  # the second time it is remembered
        large = await result_of(bot, person, "upscale:2", await bot.offered(person))
        preview = await person.wait_for(partial(is_reply, to=large))
        assert opened(await person.download(preview)).size == (264, 200)
    assert bot.engine.applied == ["upscale:2"]


async def test_a_button_of_an_earlier_version_does_what_it_says(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    offer["reply_markup"]["inline_keyboard"] = [[{"text": "soft", "callback_data": "neon:soft"}]]
    await result_of(bot, alice, "neon:soft", offer)
    assert bot.engine.applied == ["neon:soft"]


def _has_left(person: Person, message: Json, left: list[list[str]] | None) -> bool:
    (now,) = [m for m in person.messages if m["message_id"] == message["message_id"]]
    return (buttons(now) if has_buttons(now) else None) == left
