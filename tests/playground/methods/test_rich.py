"""Rich messages."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaPhoto,
    InputRichBlockPhoto,
    InputRichBlockSlideshow,
    InputRichMessage,
    RichBlockSlideshow,
)

from playground import Person
from tests.playground.pictures import picture


async def test_slides_are_photos_known_or_new(bot: Bot, alice: Person) -> None:
    known = (await alice.send_photo(picture()))["photo"][-1]["file_id"]
    slides = [
        InputRichBlockPhoto(photo=InputMediaPhoto(media=known)),
        InputRichBlockPhoto(photo=InputMediaPhoto(media=BufferedInputFile(picture(), "a.jpg"))),
    ]
    message = InputRichMessage(blocks=[InputRichBlockSlideshow(blocks=list(slides))])
    sent = await bot.send_rich_message(alice.id, message)
    assert sent.rich_message is not None
    (block,) = sent.rich_message.blocks
    assert isinstance(block, RichBlockSlideshow)
    assert len(block.blocks) == 2
    seen = await alice.wait_for(lambda m: "rich_message" in m)
    assert seen["rich_message"]["blocks"][0]["blocks"][0]["photo"][-1]["file_id"] == known


@pytest.mark.parametrize("blocks", [[], [InputRichBlockSlideshow(blocks=[])]])
async def test_what_shows_nothing_is_refused(
    bot: Bot, alice: Person, blocks: list[InputRichBlockSlideshow]
) -> None:
    await alice.send_text("hello")
    with pytest.raises(TelegramBadRequest):
        await bot.send_rich_message(alice.id, InputRichMessage(blocks=list(blocks)))
