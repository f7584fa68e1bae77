"""What was made before is sent again, under the name that it has for this person."""

import asyncio

from playground import ApiError
from tests.handler.running_bot import RunningBot, finished, has_buttons, png, results


async def test_the_same_picture_again_needs_no_work(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob", language="ru")
    await alice.press("upscale:2", await bot.offered(alice))
    first = await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert await bob.press("upscale:2", await bot.offered(bob)) == bot.texts(
        bob, "press-remembered"
    )
    second = await bob.wait_for(lambda message: "document" in message)
    assert second["caption"] == bot.texts(bob, "caption-upscale", scale=2, within=0)
    assert await bob.download(second) == await alice.download(first)
    sent = [call.params["document"] for call in bot.telegram.calls if call.method == "sendDocument"]
    assert sent == [first["document"]["file_id"]]
    assert bot.engine.applied == ["upscale:2"]


async def test_a_double_tap_on_a_remembered_result_gives_one_copy(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    await alice.press("neon:neon", await bot.offered(alice))
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    offer = await bot.offered(bob)
    await asyncio.gather(*(bob.press("neon:neon", offer) for _ in range(2)))
    assert await bob.press("neon:neon", offer) == bot.texts(bob, "press-already")
    assert len(results(bob)) == 1


async def test_a_remembered_result_that_telegram_refuses_is_made_again(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    await alice.press("neon:neon", await bot.offered(alice))
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    offer = await bot.offered(bob)
    bot.telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: wrong file identifier"))
    assert await bob.press("neon:neon", offer) == bot.texts(bob, "press-remembered")
    await bob.wait_for(lambda message: "photo" in message)
    assert bot.engine.applied == ["neon:neon"] * 2


async def test_nobody_reads_how_another_person_has_named_the_file(bot: RunningBot) -> None:
    names = []
    for person, name in (("Alice", "my ex.png"), ("Bob", "tax.png"), ("Carol", "tax.png")):
        sender = bot.telegram.person(person)
        await sender.send_document(png(), name)
        await sender.press("upscale:2", await sender.wait_for(has_buttons))
        result = await sender.wait_for(lambda message: "document" in message)
        names.append(result["document"]["file_name"])
        await finished(bot, sender)
    assert names == ["my ex-x2.png", "tax-x2.png", "tax-x2.png"]
    assert bot.engine.applied == ["upscale:2"] * 2
