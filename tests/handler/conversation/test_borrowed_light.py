"""A photo is lit as another picture is, which replies to it."""

from functools import partial
from typing import Any

import pytest

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


async def lit(bot: RunningBot, person: Person) -> Json:
    """Return the result of what was just asked for."""
    before = len(results(person))
    await person.wait_until(lambda: len(results(person)) > before)
    await finished(bot, person)
    return results(person)[-1]


async def test_a_picture_in_reply_to_a_photo_lends_its_light(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg((320, 200), colour="navy"))
    await alice.wait_for(has_buttons)
    light = await alice.send_photo(jpeg((200, 300), colour="hotpink"), reply_to=photo)
    result = await lit(bot, alice)
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
    assert opened(await alice.download(result)).size == (320, 200)
    assert result["caption"] == bot.texts(alice, "caption-neon", strength="neon")
    (applied,) = bot.engine.applied
    code = applied.removeprefix("neon:neon:")
    assert len(code) == 30
    assert buttons(result)[1] == [f"neon:soft:{code}", f"neon:max:{code}"]
    # Another strength is of the same light, and needs the other picture no more.
    await alice.delete(light)
    await alice.press(f"neon:max:{code}", result)
    stronger = await lit(bot, alice)
    assert stronger["reply_to_message"]["message_id"] == photo["message_id"]
    assert bot.engine.applied[-1] == f"neon:max:{code}"
    offers = [m for m in alice.messages if has_buttons(m) and is_reply(m, light)]
    assert not offers  # it was no picture to be asked about


async def test_the_other_way_round_is_one_tap(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    first = await alice.send_photo(jpeg((320, 200), colour="navy"))
    await alice.wait_for(has_buttons)
    second = await alice.send_photo(jpeg((200, 300), colour="hotpink"), reply_to=first)
    await lit(bot, alice)
    turn = await alice.wait_for(partial(is_reply, to=second))
    assert turn["text"] == bot.texts(alice, "light-from-other")
    ((code,),) = buttons(turn)
    await alice.press(code, turn)
    result = await lit(bot, alice)
    assert result["reply_to_message"]["message_id"] == second["message_id"]
    assert opened(await alice.download(result)).size == (200, 300)
    assert bot.engine.applied[-1] == code != bot.engine.applied[0]


async def test_a_neon_result_lends_its_light_to_a_new_photo(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.press("neon:neon", await bot.offered(alice, jpeg((320, 200))))
    neon = await lit(bot, alice)
    photo = await alice.send_photo(jpeg((200, 300), colour="hotpink"), reply_to=neon)
    result = await lit(bot, alice)
    assert is_reply(result, photo)
    assert opened(await alice.download(result)).size == (200, 300)
    turn = await alice.wait_for(lambda m: is_reply(m, neon) and has_buttons(m))
    assert turn["text"] == bot.texts(alice, "light-from-other")


async def test_the_light_of_a_file_and_on_a_result(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), "cat.png")
    await alice.press("upscale:2", await alice.wait_for(has_buttons))
    large = await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    await alice.send_photo(jpeg(colour="hotpink"), reply_to=large)
    result = await lit(bot, alice)
    assert opened(await alice.download(result)).size == (100, 80)
    assert is_reply(result, large)


@pytest.mark.usefixtures("second_taps_are_meant")
async def test_the_same_two_pictures_again_need_no_work(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg(colour="navy"))
    await alice.wait_for(has_buttons)
    for _ in range(2):
        await alice.send_photo(jpeg(colour="hotpink"), reply_to=photo)
        await lit(bot, alice)
    assert len(bot.engine.applied) == 1


async def test_a_picture_that_replies_to_words_is_a_picture_like_any_other(
    bot: RunningBot,
) -> None:
    alice = bot.telegram.person()
    words = await alice.send_text("hello")
    await alice.send_photo(jpeg(), reply_to=words)
    assert (await alice.wait_for(has_buttons))["text"] == bot.question(alice)


async def test_what_cannot_be_read_is_told_at_once(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    await alice.wait_for(has_buttons)
    await alice.send_document(b"raw", "light.dng", reply_to=photo)
    await alice.wait_for(
        lambda message: message.get("text") == bot.texts(alice, "error-unsupported-format")
    )
    assert bot.engine.applied == []
