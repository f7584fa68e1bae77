import pytest

from tests.handler.running_bot import RunningBot, is_text

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


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_kind_of_message_gets_a_hint(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    for kind, key in KINDS.items():
        await alice.send_other(kind)
        await alice.wait_for(is_text(bot.texts(alice, key)))  # each answer counts once


@pytest.mark.parametrize("language", ["en", "ru", "de", "uk"])
async def test_text_gets_a_hint(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    await alice.send_text("hello there")
    await alice.wait_for(is_text(bot.texts(alice, "hint-text")))


async def test_an_unknown_command_names_the_known_ones(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/teleport")
    reply = await alice.wait_for(is_text(bot.texts(alice, "unknown-command")))
    assert "/help" in reply["text"]


async def test_an_edited_message_is_not_answered_again(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    message = await alice.send_text("helo")
    await alice.wait_for(is_text(bot.texts(alice, "hint-text")))
    await alice.edit_text(message, "hello")
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "help")))
    assert len([m for m in alice.messages if m["from"]["is_bot"]]) == 2


async def test_a_service_message_is_not_answered(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("hello")
    await alice.wait_for(is_text(bot.texts(alice, "hint-text")))
    said = dict(bot.updates[-1]["message"])
    del said["text"]
    before = len(bot.telegram.calls)
    pin = {**said, "pinned_message": bot.updates[-1]["message"]}
    assert await bot.post({"update_id": 10**9, "message": pin}) == 200
    assert len(bot.telegram.calls) == before
