"""Parts that all methods which write into a chat have in common."""

from __future__ import annotations

from typing import Any

from playground.chats import Chat
from playground.entities import parse_text, utf16_length
from playground.errors import bad_request
from playground.events import Json
from playground.keyboards import checked_markup
from playground.methods.registry import Invocation
from playground.parameters import BOOLEAN, CHAT, INTEGER, JSON

MAX_TEXT = 4096
MAX_CAPTION = 1024
REPLY_FIELDS = {
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_entities",
    "quote_position",
}

SEND_TYPES = {
    "chat_id": CHAT,
    "reply_parameters": JSON,
    "reply_to_message_id": INTEGER,
    "allow_sending_without_reply": BOOLEAN,
    "reply_markup": JSON,
}
SEND_IGNORED = (
    "disable_notification",
    "protect_content",
    "allow_paid_broadcast",
    "message_effect_id",
)


def checked_text(text: str, parse_mode: str, given_entities: Any) -> Json:
    """Return {"text", "entities"} of a text message; ApiError when Telegram refuses it."""
    plain, entities = _formatted(text, parse_mode, given_entities)
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities} if entities else {"text": plain}


def checked_caption(caption: str, parse_mode: str, given_entities: Any) -> Json:
    """Return {"caption", "caption_entities"}, empty without a caption; ApiError when too long."""
    plain, entities = _formatted(caption, parse_mode, given_entities)
    if utf16_length(plain) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not plain:
        return {}
    return {"caption": plain, "caption_entities": entities} if entities else {"caption": plain}


def _formatted(text: str, parse_mode: str, given_entities: Any) -> tuple[str, list[Json]]:
    if given_entities and not parse_mode:
        return text, _checked_entities(given_entities)
    return parse_text(text, parse_mode)


def _checked_entities(given: Any) -> list[Json]:
    if not isinstance(given, list) or not all(isinstance(entity, dict) for entity in given):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    return [dict(entity) for entity in given]


def with_markup(content: Json, markup: Any, *, inline_only: bool = False) -> Json:
    """Return the content with a checked inline keyboard, if there is one."""
    keyboard = checked_markup(markup, inline_only=inline_only)
    return content if keyboard is None else {**content, "reply_markup": keyboard}


def reply_target(call: Invocation, chat: Chat) -> int | None:
    """Return the message_id that the new message answers; ApiError when that is gone."""
    parameters = call.parameters
    reply = parameters.get("reply_parameters")
    if reply is None:
        reply = {
            "message_id": parameters.get("reply_to_message_id"),
            "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
        }
        if reply["message_id"] is None:
            return None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad_request("can't parse reply parameters JSON object")
    unknown = reply.keys() - REPLY_FIELDS
    if unknown:
        raise bad_request(f"unknown parameter '{min(unknown)}' in reply_parameters")
    message_id: int = reply["message_id"]
    same_chat = str(reply.get("chat_id", chat.id)) == str(chat.id)
    if same_chat and message_id in chat.messages:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
