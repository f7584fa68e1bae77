import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from playground import Person, Playground


async def test_sent_text_appears_in_the_chat(bot: Bot, alice: Person) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon:max")]]
    )
    sent = await bot.send_message(alice.id, "Hello", reply_markup=keyboard)
    seen = await alice.wait_for(lambda m: m["text"] == "Hello")
    assert seen["message_id"] == sent.message_id
    assert seen["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "neon:max"
    assert seen["from"]["is_bot"]


async def test_html_becomes_entities(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "🌃 <b>Neon</b> &amp; more", parse_mode="HTML")
    assert sent.text == "🌃 Neon & more"
    assert sent.entities is not None
    assert sent.entities[0].extract_from(sent.text) == "Neon"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("<b>open", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_bad_text_is_refused(bot: Bot, alice: Person, text: str, reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=f"Bad Request: {reason}"):
        await bot.send_message(alice.id, text, parse_mode="HTML")


async def test_unknown_chat_is_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(42, "Hello")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message("@channel", "Hello")


async def test_bot_cannot_speak_first(telegram: Playground, bot: Bot) -> None:
    person = telegram.person()
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation with a user"):
        await bot.send_message(person.id, "Hello")


async def test_blocked_bot_cannot_speak(bot: Bot, alice: Person) -> None:
    alice.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(alice.id, "Hello")
    alice.unblock()
    await bot.send_message(alice.id, "Hello")


async def test_reply_shows_what_it_answers(bot: Bot, alice: Person) -> None:
    question = await alice.send_text("What is this?")
    reply = ReplyParameters(message_id=question["message_id"])
    answer = await bot.send_message(alice.id, "A bot", reply_parameters=reply)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "What is this?"


async def test_reply_to_a_deleted_message(bot: Bot, alice: Person) -> None:
    question = await alice.send_text("What is this?")
    await alice.delete(question)
    strict = ReplyParameters(message_id=question["message_id"])
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(alice.id, "A bot", reply_parameters=strict)
    lenient = strict.model_copy(update={"allow_sending_without_reply": True})
    answer = await bot.send_message(alice.id, "A bot", reply_parameters=lenient)
    assert answer.reply_to_message is None


async def test_chat_action_is_seen_and_checked(bot: Bot, alice: Person) -> None:
    await bot.send_chat_action(alice.id, "upload_photo")
    assert [(e.kind, e.payload) for e in alice.history][-1] == ("action", "upload_photo")
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(alice.id, "dancing")


async def test_message_can_be_deleted_once(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "Working…")
    await bot.delete_message(alice.id, sent.message_id)
    assert [m["text"] for m in alice.messages] == ["/start"]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(alice.id, sent.message_id)
