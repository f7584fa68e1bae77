"""What is asked for in words: in captions, in replies, in commands."""

import json
from pathlib import Path

import pytest

from playground import Person, Playground
from tests.handler.running_bot import (
    RunningBot,
    buttons,
    finished,
    has_buttons,
    is_text,
    jpeg,
    opened,
    png,
    results,
    run_bot,
)
from tests.handler.running_function import Function


async def test_a_caption_says_what_is_wanted(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg(), caption="Neon sunset, please!")
    result = await alice.wait_for(lambda message: "photo" in message)
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
    assert bot.engine.applied == ["neon:neon:sunset"]
    await finished(bot, alice)
    assert not [m for m in alice.messages if m.get("text")]  # and nothing is asked


async def test_a_caption_of_other_words_is_answered_with_buttons(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_photo(jpeg(), caption="Our cat at sunset")
    assert (await alice.wait_for(has_buttons))["text"] == bot.question(alice)


async def test_a_caption_of_a_file(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), "cat.png", caption="x3 crisp")
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (150, 120)
    assert bot.engine.applied == ["upscale:3:crisp"]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "neon sunset", "neon:neon:sunset"),
        ("en", "×4", "upscale:4"),
        ("en", "закат", "neon:neon:sunset"),  # whatever the person's language
        ("ru", "сделай крупнее", "upscale:2"),
        ("ru", "/neon miami", "neon:neon:miami"),
        ("ru", "/neon", "neon:neon"),
        ("ru", "/x2", "upscale:2"),
        ("ru", "/X3", "upscale:3"),
    ],
)
async def test_a_reply_to_a_photo(bot: RunningBot, language: str, text: str, code: str) -> None:
    alice = bot.telegram.person(language=language)
    photo = await alice.send_photo(jpeg())
    await alice.wait_for(has_buttons)
    await alice.send_text(text, reply_to=photo)
    await alice.wait_until(lambda: results(alice))
    assert results(alice)[0]["reply_to_message"]["message_id"] == photo["message_id"]
    assert bot.engine.applied == [code]


async def test_a_reply_to_a_result_goes_on_from_there(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_photo(jpeg((64, 48)), caption="neon")
    lit = await alice.wait_for(lambda message: "photo" in message)
    await alice.send_text("x2", reply_to=lit)
    large = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(large)).size == (128, 96)
    assert large["reply_to_message"]["message_id"] == lit["message_id"]


async def test_a_result_that_glows_is_not_lit_again(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_photo(jpeg(), caption="neon")
    lit = await alice.wait_for(lambda message: "photo" in message)
    await alice.send_text("miami", reply_to=lit)
    assert (await bot.said(alice))[-1] == bot.texts(alice, "hint-original")
    assert bot.engine.applied == ["neon:neon"]


async def test_the_same_words_twice_are_one_job(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    for _ in range(2):
        await alice.send_text("neon", reply_to=photo)
    await alice.wait_for(is_text(bot.texts(alice, "press-already")))
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)
    assert len(bot.engine.applied) == 1


async def test_what_is_known_comes_again_at_once(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    for person in (alice, bob):
        await person.send_photo(jpeg(), caption="x2")
        await person.wait_for(lambda message: "document" in message)
    assert len(bot.engine.applied) == 1


@pytest.mark.parametrize("words", ["make it purple", "/neon purple", "x5"])
async def test_strange_words_to_a_photo_are_explained(bot: RunningBot, words: str) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    await alice.wait_for(has_buttons)
    await alice.send_text(words, reply_to=photo)
    assert (await bot.said(alice))[-1] == bot.texts(alice, "hint-words")


@pytest.mark.parametrize("words", ["neon sunset", "/neon", "/x2"])
async def test_words_without_a_picture_are_asked_about(bot: RunningBot, words: str) -> None:
    alice = bot.telegram.person()
    await alice.send_text(words)
    assert await bot.said(alice) == [bot.texts(alice, "hint-which-picture")]


async def test_other_talk_is_answered_as_ever(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    offer = await alice.wait_for(has_buttons)
    await alice.send_text("/magic", reply_to=photo)
    assert (await bot.said(alice))[-1] == bot.unknown_command(alice)
    await alice.send_text("thanks!", reply_to=offer)
    assert (await bot.said(alice))[-1] == bot.texts(alice, "hint-text")


async def test_what_is_too_large_is_answered_by_buttons_that_work(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=1) as bot:
        alice = bot.telegram.person()
        photo = await alice.send_photo(jpeg((640, 360)), caption="x4")
        refusal = await alice.wait_for(has_buttons)
        await finished(bot, alice)
        assert refusal["reply_to_message"]["message_id"] == photo["message_id"]
        assert refusal["text"].startswith("That would become 2560 × 1440")
        ((shrunk, twice),) = buttons(refusal)
        assert twice == "upscale:2"
        assert bot.engine.applied == []
        await alice.press(shrunk, refusal)
        large = await alice.wait_for(lambda message: "document" in message)
        width, height = opened(await alice.download(large)).size
        assert 640 < width < 2560
        assert width * height <= 1_000_000


async def test_a_file_that_cannot_be_read_is_refused(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(b"%PDF", "notes.pdf", caption="neon")
    assert await bot.said(alice) == [bot.texts(alice, "error-not-a-picture")]


async def test_no_room_is_told_as_a_reply(weights: Path) -> None:
    async with run_bot(weights, queue_size=1, workers=1, transfers=1) as bot:
        bot.engine.gate.clear()
        alice = bot.telegram.person()
        colours = ("navy", "teal", "olive", "plum", "gold")
        photos = [await alice.send_photo(jpeg(colour=c), caption="neon") for c in colours]
        busy = await alice.wait_for(is_text(bot.texts(alice, "press-line-full", own=1)))
        assert busy["reply_to_message"]["message_id"] in {m["message_id"] for m in photos}


async def test_in_the_cloud(function: Function, telegram: Playground, alice: Person) -> None:
    photo = await alice.send_photo(jpeg((64, 48)), caption="x2 crisp")
    update = {"update_id": 7, "message": photo}
    for _ in range(2):  # Telegram may repeat it
        assert await function.post(json.dumps(update).encode()) == 200
    assert await function.next_job() == {"batchItemFailures": []}
    assert await function.next_job() is None
    assert function.engine.applied == ["upscale:2:crisp"]
    (result,) = results(alice)
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
