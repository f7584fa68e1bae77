from tests.handler.running_bot import RunningBot

KINDS = {
    "sticker": "hint-sticker",
    "dice": "hint-sticker",
    "video": "hint-video",
    "video_note": "hint-video",
    "animation": "hint-animation",
    "voice": "hint-voice",
    "audio": "hint-voice",
    "location": "hint-other",
    "contact": "hint-other",
}


async def test_every_kind_of_message_gets_a_hint(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    for kind in KINDS:
        await alice.send_other(kind)
    assert await bot.said(alice) == [bot.texts(alice, key) for key in KINDS.values()]


async def test_text_gets_a_hint(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="tlh")  # not spoken here: in English, then
    await alice.send_text("hello there")
    assert await bot.said(alice) == [bot.services.texts.get("en", "hint-text")]


async def test_an_unknown_command_names_the_known_ones(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/teleport")
    (reply,) = await bot.said(alice)
    assert reply == bot.unknown_command(alice)
    assert "/help" in reply


async def test_an_edited_message_is_not_answered_again(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    message = await alice.send_text("helo")
    await alice.edit_text(message, "hello")
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "hint-text"), bot.texts(alice, "help")]


async def test_a_service_message_is_not_answered(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("hello")
    assert await bot.said(alice) == [bot.texts(alice, "hint-text")]
    said = dict(bot.updates[-1]["message"])
    del said["text"]
    before = len(bot.telegram.calls)
    pin = {**said, "pinned_message": bot.updates[-1]["message"]}
    assert await bot.post({"update_id": 10**9, "message": pin}) == 200
    assert len(bot.telegram.calls) == before
