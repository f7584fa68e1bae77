"""What goes wrong with a picture after the press is told in the status message."""

from pathlib import Path
from typing import Any

from playground import ApiError
from tests.handler.running_bot import (
    RunningBot,
    buttons,
    has_buttons,
    is_text,
    jpeg,
    opened,
    png,
    results,
    run_bot,
)


async def test_a_broken_file(bot: RunningBot) -> None:
    await _fails(bot, "error-broken-file", png()[:60], "half.png")


async def test_a_file_that_is_not_what_its_name_says(bot: RunningBot) -> None:
    await _fails(bot, "error-unsupported-format", b"8BPS" + bytes(99), "layers.png")


async def test_a_file_with_too_many_pixels(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=0.05) as bot:
        texts = bot.services.texts
        nearest = texts.get("ru", "effect-upscale", scale=4, within=78)
        await _fails(
            bot,
            "error-would-not-finish",
            png((200, 100)),
            "large.png",
            code="upscale:4",
            lacking="pixels",
            width="800",
            height="400",
            instead=texts.get("ru", "instead-others", alternatives=nearest),
        )


async def test_what_a_refusal_offers_is_done(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=0.05) as bot:
        alice = bot.telegram.person()
        await alice.send_document(png((200, 100)), "large.png")
        await alice.press("upscale:4", await alice.wait_for(has_buttons))
        refusal = await alice.wait_for(lambda m: "800 × 400" in m.get("text", ""))
        assert buttons(refusal) == [["upscale:4:faithful:78"]]
        await alice.press("👾 78 px → ×4", refusal)
        result = await alice.wait_for(lambda message: "document" in message)
        assert opened(await alice.download(result)).size == (312, 156)
        assert "78 px" in result["caption"]


async def test_a_file_that_is_gone(bot: RunningBot) -> None:
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    bot.telegram.fail_next("getFile", ApiError(400, gone), times=9)
    await _fails(bot, "error-file-gone", png(), "cat.png")


async def test_a_job_that_takes_too_long(weights: Path) -> None:
    async with run_bot(weights, job_seconds=0.3) as bot:
        bot.engine.gate.clear()
        await _fails(bot, "error-took-too-long", png(), "cat.png")


async def test_an_engine_that_breaks(bot: RunningBot) -> None:
    bot.engine.failure = RuntimeError("out of memory")
    await _fails(bot, "error-internal", png(), "cat.png")


async def test_a_job_can_be_repeated_after_it_failed(bot: RunningBot) -> None:
    bot.engine.failure = RuntimeError("out of memory")
    alice = bot.telegram.person(language="ru")
    offer = await bot.offered(alice, jpeg())
    await alice.press("neon:neon", offer)
    await alice.wait_for(is_text(bot.texts(alice, "error-internal")))
    bot.engine.failure = None
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)


async def _fails(
    bot: RunningBot,
    key: str,
    data: bytes,
    name: str,
    *,
    code: str = "neon:neon",
    **args: Any,
) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_document(data, name)
    offer = await alice.wait_for(has_buttons)
    await alice.press(code, offer)
    await alice.wait_for(is_text(bot.texts(alice, key, **args)))
    assert results(alice) == []
    assert offer["message_id"] in [message["message_id"] for message in alice.messages]
