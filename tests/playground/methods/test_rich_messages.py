from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputRichBlockParagraph,
    InputRichBlockPhoto,
    InputRichBlockSlideshow,
    InputRichBlockUnion,
    InputRichMessage,
    ReplyParameters,
    RichBlockCaption,
    RichBlockPhoto,
    RichBlockSlideshow,
    RichTextBold,
)

from playground import Person
from tests.playground.conftest import RawCall
from tests.playground.pictures import picture

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon")]]
)


def slides(*photos: str | BufferedInputFile) -> InputRichMessage:
    blocks: list[InputRichBlockUnion] = [
        InputRichBlockPhoto(photo=InputMediaPhoto(media=photo)) for photo in photos
    ]
    caption = RichBlockCaption(text=["Before, ", RichTextBold(text="after")])
    return InputRichMessage(
        blocks=[
            InputRichBlockParagraph(text="Look:"),
            InputRichBlockSlideshow(blocks=blocks, caption=caption),
        ]
    )


async def test_a_slideshow_of_a_known_and_a_new_photo(bot: Bot, alice: Person) -> None:
    photo = await alice.send_photo(picture())
    known = photo["photo"][-1]["file_id"]
    message = slides(known, BufferedInputFile(picture(200, 100), "a.jpg"))
    sent = await bot.send_rich_message(
        alice.id,
        message,
        reply_markup=KEYBOARD,
        reply_parameters=ReplyParameters(message_id=photo["message_id"]),
    )
    assert sent.rich_message is not None
    paragraph, show = sent.rich_message.blocks
    assert paragraph.type == "paragraph"
    assert isinstance(show, RichBlockSlideshow)
    assert show.caption is not None
    one, two = show.blocks
    assert isinstance(one, RichBlockPhoto)
    assert isinstance(two, RichBlockPhoto)
    assert one.photo[-1].file_id == known
    assert two.photo[-1].width == 200
    assert sent.reply_to_message is not None
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "neon"
    assert await bot.get_file(two.photo[-1].file_id)


async def test_a_text_becomes_a_rich_message(bot: Bot, alice: Person) -> None:
    status = await bot.send_message(alice.id, "Working…")
    edited = await bot.edit_message_text(
        chat_id=alice.id,
        message_id=status.message_id,
        rich_message=slides(BufferedInputFile(picture(), "a.jpg")),
    )
    assert not isinstance(edited, bool)
    assert edited.rich_message is not None
    assert edited.text is None


PARAGRAPH = {"type": "paragraph", "text": "x"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "expected an Object"),
        ({}, "exactly one of"),
        ({"html": "<b>x</b>", "blocks": [PARAGRAPH]}, "exactly one of"),
        ({"html": "<b>x</b>"}, "as blocks only"),
        ({"blocks": []}, "non-empty"),
        ({"blocks": [PARAGRAPH], "colour": "red"}, "unknown parameter"),
        ({"blocks": [{"type": "hologram"}]}, "no rich block"),
        ({"blocks": [{"type": "heading", "text": "x", "size": 7}]}, "from 1 to 6"),
        ({"blocks": [{"type": "photo", "photo": "AgAC"}]}, "photo must be"),
        ({"blocks": [PARAGRAPH] * 501}, "too many blocks"),
        ({"blocks": [{"type": "paragraph", "text": "x" * 32_769}]}, "too long"),
        ({"blocks": [{"type": "paragraph", "text": {"text": 5}}]}, "can't parse RichText"),
    ],
)
async def test_what_is_no_rich_message_is_refused(
    call: RawCall, alice: Person, given: Any, reason: str
) -> None:
    answer = await call("sendRichMessage", chat_id=alice.id, rich_message=given)
    assert answer["error_code"] == 400
    assert reason in answer["description"]


async def test_too_deep_a_message_is_refused(call: RawCall, alice: Person) -> None:
    block: Any = PARAGRAPH
    for _ in range(16):
        block = {"type": "collage", "blocks": [block]}
    answer = await call("sendRichMessage", chat_id=alice.id, rich_message={"blocks": [block]})
    assert "too deep" in answer["description"]


async def test_an_unknown_photo_is_refused(bot: Bot, alice: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_rich_message(alice.id, slides("AgACnothing"))
