import io
import logging
from pathlib import Path

import pytest
from PIL import Image

from model_layer.effects import Lights, Neon
from playground import ApiError
from tests.handler.running_bot import (
    RunningBot,
    buttons,
    has_buttons,
    jpeg,
    opened,
    png,
    run_bot,
)

ALL_BUTTONS = [
    ["neon:neon", "lights:neon"],
    ["upscale:2", "upscale:3", "upscale:4"],
]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["👽 Neon", "💡 Lights", "👾 ×2", "👾 ×3", "👾 ×4"]),
        ("ru", ["👽 Неон", "💡 Свет", "👾 ×2", "👾 ×3", "👾 ×4"]),
    ],
)
async def test_a_photo_is_answered_with_buttons(
    bot: RunningBot, language: str, labels: list[str]
) -> None:
    alice = bot.telegram.person(language=language)
    photo = await alice.send_photo(jpeg(), caption="look!")
    offer = await alice.wait_for(has_buttons)
    assert offer["text"] == bot.question(alice)
    assert offer["reply_to_message"]["message_id"] == photo["message_id"]
    assert buttons(offer) == ALL_BUTTONS
    rows = offer["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row] == labels


@pytest.mark.parametrize("name", ["cat.png", "cat.JPG", "cat.webp"])
async def test_a_picture_as_a_file_is_answered_with_buttons(bot: RunningBot, name: str) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png(), name)
    assert buttons(await alice.wait_for(has_buttons)) == ALL_BUTTONS


async def test_the_type_counts_where_the_name_says_nothing(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(jpeg(), "IMG_0001", mime_type="image/jpeg")
    assert buttons(await alice.wait_for(has_buttons)) == ALL_BUTTONS


@pytest.mark.parametrize("mime_type", [None, "application/octet-stream"])
@pytest.mark.parametrize("name", ["IMG_0001", "scan.of-the-cat"])
async def test_a_file_that_says_nothing_of_itself_may_be_tried(
    bot: RunningBot, name: str, mime_type: str | None
) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), name, mime_type=mime_type)
    await alice.press("upscale:2", await alice.wait_for(has_buttons))
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (100, 80)


async def test_a_photo_deleted_before_the_answer_is_no_failure(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    alice = bot.telegram.person()
    deleted = ApiError(400, "Bad Request: message to be replied not found")
    bot.telegram.fail_next("sendMessage", deleted)
    await alice.send_photo(jpeg())
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("name", "mime_type", "key"),
    [
        ("notes.pdf", "application/pdf", "error-not-a-picture"),
        ("IMG_0001.DNG", "image/x-adobe-dng", "error-unsupported-format"),
        ("layers.psd", None, "error-unsupported-format"),
    ],
)
async def test_other_files_are_refused_at_once(
    bot: RunningBot, name: str, mime_type: str | None, key: str
) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_document(b"%PDF or what not", name, mime_type=mime_type)
    assert await bot.said(alice) == [bot.texts(alice, key)]
    assert not any(map(has_buttons, alice.messages))


async def test_a_file_over_20_megabytes_is_refused_at_once(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_document(jpeg() + bytes(20 * 1024 * 1024), "huge.jpg")
    assert await bot.said(alice) == [bot.texts(alice, "error-file-too-large")]


async def test_only_effects_that_fit_are_offered(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=1) as bot:
        alice = bot.telegram.person()
        offer = await bot.offered(alice, jpeg((640, 360)))  # ×2 is 0.9 megapixels
        assert buttons(offer) == [ALL_BUTTONS[0], ["upscale:2"]]


async def test_a_photo_too_large_to_upscale_can_glow(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=0.3) as bot:
        alice = bot.telegram.person(language="ru")
        offer = await bot.offered(alice, jpeg((640, 360)))
        assert buttons(offer) == [ALL_BUTTONS[0]]
        assert offer["text"] == bot.question(alice, Neon(), Lights())


async def test_a_photo_too_large_for_anything(weights: Path) -> None:
    async with run_bot(weights, max_input_megapixels=0.1) as bot:
        alice = bot.telegram.person(language="ru")
        await alice.send_photo(jpeg((640, 360)))
        text = bot.texts(
            alice, "error-too-many-pixels", width="640", height="360", alternatives="none"
        )
        assert await bot.said(alice) == [text]


async def test_a_gif_is_an_animation_not_a_file(bot: RunningBot) -> None:
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")
    alice = bot.telegram.person()
    await alice.send_other("animation", buffer.getvalue(), "dance.gif")
    assert await bot.said(alice) == [bot.texts(alice, "hint-animation")]


async def test_of_a_gif_that_comes_as_a_file_the_first_frame_is_taken(bot: RunningBot) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("navy", "teal")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    alice = bot.telegram.person()
    await alice.send_document(buffer.getvalue(), "dance.gif")
    offer = await alice.wait_for(has_buttons)
    assert offer["text"].endswith(bot.texts(alice, "hint-first-frame"))
    await alice.press("upscale:2", offer)
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).convert("RGB").getpixel((5, 5)) == (0, 0, 128)
