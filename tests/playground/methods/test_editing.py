import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
)

from playground import Person
from tests.playground.pictures import picture

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Again", callback_data="again")]]
)


async def test_text_and_keyboard_are_replaced(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Working…", reply_markup=KEYBOARD)
    edited = await bot.edit_message_text("Done", chat_id=alice.id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    assert edited.reply_markup is None
    assert alice.messages[-1]["text"] == "Done"
    assert alice.history[-1].kind == "edited"


async def test_unchanged_message_is_refused(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Hello", reply_markup=KEYBOARD)
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message"):
        await sent.edit_text("Hello", reply_markup=KEYBOARD)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_reply_markup(reply_markup=KEYBOARD)


async def test_missing_and_foreign_messages_cannot_be_edited(bot: Bot, alice: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Hello", chat_id=alice.id, message_id=999)
    with pytest.raises(TelegramBadRequest, match="message identifier is not specified"):
        await bot.edit_message_text("Hello", chat_id=alice.id)
    theirs = await alice.send_text("Mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("Hello", chat_id=alice.id, message_id=theirs["message_id"])


async def test_text_and_caption_are_not_mixed_up(bot: Bot, alice: Person) -> None:
    photo = await bot.send_photo(alice.id, BufferedInputFile(picture(), "a.jpg"), caption="Old")
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await photo.edit_text("New")
    text = await bot.send_message(alice.id, "Hello")
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await text.edit_caption(caption="New")
    edited = await photo.edit_caption(caption="New")
    assert isinstance(edited, Message)
    assert edited.caption == "New"
    assert edited.photo == photo.photo


async def test_keyboard_alone_is_replaced(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Hello", reply_markup=KEYBOARD)
    edited = await sent.edit_reply_markup(reply_markup=None)
    assert isinstance(edited, Message)
    assert edited.text == "Hello"
    assert edited.reply_markup is None


async def test_text_message_becomes_media(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Working…")
    media = InputMediaPhoto(media=BufferedInputFile(picture(), "a.jpg"), caption="Done")
    edited = await sent.edit_media(media)
    assert isinstance(edited, Message)
    assert edited.photo
    assert edited.text is None
    assert edited.caption == "Done"
    document = InputMediaDocument(media=BufferedInputFile(b"bytes", "a.bin"))
    again = await edited.edit_media(document, reply_markup=KEYBOARD)
    assert isinstance(again, Message)
    assert again.photo is None
    assert again.document is not None
    assert again.reply_markup is not None
    assert again.reply_markup.inline_keyboard[0][0].callback_data == "again"
