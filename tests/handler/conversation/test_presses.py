"""A button under a picture is pressed, and the result comes."""

import asyncio

import pytest

from playground.person import Person
from tests.handler.running_bot import (
    RunningBot,
    finished,
    has_buttons,
    jpeg,
    opened,
    png,
    results,
    statuses,
)


async def test_neon_of_a_photo_comes_back_as_a_photo(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    photo = await alice.send_photo(jpeg((320, 200), colour="navy"))
    offer = await alice.wait_for(has_buttons)
    answer = await alice.press("neon:neon", offer)
    assert answer == bot.texts(alice, "press-accepted-neon")
    result = await alice.wait_for(lambda message: "photo" in message)
    assert result["caption"] == bot.texts(alice, "caption-neon", strength="neon")
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
    picture = opened(await alice.download(result)).convert("RGB")
    assert picture.size == (320, 200)
    red, green, blue = picture.getpixel((300, 180))  # type: ignore[misc]  # of an RGB picture
    assert (red, green, blue) == pytest.approx((255, 255, 127), abs=6)  # navy inverted


async def test_upscaling_comes_back_as_a_file(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    offer = await bot.offered(alice, jpeg((100, 80)))
    assert await alice.press("upscale:3", offer) == bot.texts(alice, "press-accepted-upscale")
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (300, 240)
    assert opened(await alice.download(result)).format == "PNG"
    assert result["caption"] == bot.texts(alice, "caption-upscale", scale=3, within=0)


async def test_a_file_comes_back_as_a_file(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), "my cat.png")
    await alice.press("neon:neon", await alice.wait_for(has_buttons))
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (50, 40)
    assert "cat" in result["document"]["file_name"]


@pytest.mark.parametrize(
    ("code", "alien", "action"),
    [("neon:neon", "👽", "upload_photo"), ("upscale:2", "👾", "upload_document")],
)
async def test_the_status_shows_work_and_becomes_the_result(
    bot: RunningBot, code: str, alien: str, action: str
) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    await alice.press(code, offer)
    status = await alice.wait_for(lambda message: message.get("text", "").startswith(alien))
    await alice.wait_for(
        lambda message: message["message_id"] == status["message_id"] and "%" in message["text"]
    )
    await alice.wait_until(
        lambda: any(
            event.kind == "action" and action in str(event.payload) for event in alice.history
        )
    )
    bot.engine.gate.set()
    result = await alice.wait_for(lambda message: "photo" in message or "document" in message)
    assert result["message_id"] == status["message_id"]
    assert statuses(alice) == []
    assert has_buttons(_message(alice, offer["message_id"]))  # another effect can be asked for


async def test_a_double_tap_gives_one_result(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    answers = await asyncio.gather(*(alice.press("neon:neon", offer) for _ in range(3)))
    accepted, already = bot.texts(alice, "press-accepted-neon"), bot.texts(alice, "press-already")
    assert sorted(map(str, answers)) == sorted([accepted, already, already])
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 1
    assert bot.engine.applied == ["neon:neon"]


async def test_another_picture_or_effect_is_worked_on(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg(colour="navy"))
    for code in ("neon:neon", "lights:neon"):
        await alice.press(code, offer)
        await alice.wait_for(lambda message: "photo" in message)
    other = await bot.offered(alice, jpeg(colour="teal"))
    await alice.press("neon:neon", other)
    await alice.wait_for(lambda message: "photo" in message)
    assert bot.engine.applied == ["neon:neon", "lights:neon", "neon:neon"]


async def test_people_get_their_own_pictures(bot: RunningBot) -> None:
    people = [bot.telegram.person(name) for name in ("Alice", "Bob", "Carol")]
    sizes = [(40, 30), (50, 35), (60, 45)]

    async def play(person: Person, size: tuple[int, int]) -> tuple[int, int]:
        await person.press("upscale:2", await bot.offered(person, jpeg(size)))
        result = await person.wait_for(lambda message: "document" in message)
        return opened(await person.download(result)).size

    made = await asyncio.gather(*(play(*pair) for pair in zip(people, sizes)))
    assert made == [(width * 2, height * 2) for width, height in sizes]


async def test_a_photo_deleted_while_the_work_goes_on(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    await alice.press("neon:neon", await alice.wait_for(has_buttons))
    await alice.delete(photo)
    bot.engine.gate.set()
    result = await alice.wait_for(lambda message: "photo" in message)
    assert "reply_to_message" not in result


def _message(person: Person, message_id: int) -> dict[str, object]:
    return next(m for m in person.messages if m["message_id"] == message_id)
