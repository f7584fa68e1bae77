"""Text messages, chat actions and deletions."""

from __future__ import annotations

from playground.errors import bad_request
from playground.events import Json
from playground.methods.composing import (
    SEND_IGNORED,
    SEND_TYPES,
    checked_text,
    reply_target,
    with_markup,
)
from playground.methods.registry import Invocation, method
from playground.parameters import CHAT, INTEGER, JSON, TEXT

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@method(
    "sendMessage",
    {**SEND_TYPES, "text": TEXT, "parse_mode": TEXT, "entities": JSON},
    (*SEND_IGNORED, "link_preview_options", "disable_web_page_preview"),
    sends=True,
)
async def send_message(call: Invocation) -> Json:
    """Write a text into a chat."""
    chat = call.open_chat("text messages")
    given = call.parameters
    content = checked_text(given.text("text"), given.text("parse_mode"), given.get("entities"))
    content = with_markup(content, given.get("reply_markup"))
    return call.state.post(chat, call.state.bot_user(), content, reply_target(call, chat))


@method("sendChatAction", {"chat_id": CHAT, "action": TEXT})
async def send_chat_action(call: Invocation) -> bool:
    """Show what the bot is doing."""
    chat = call.open_chat()
    action = call.parameters.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.state.record("action", chat, action)
    return True


@method("deleteMessage", {"chat_id": CHAT, "message_id": INTEGER})
async def delete_message(call: Invocation) -> bool:
    """Delete a message; in a private chat a bot may delete the person's messages as well.

    In a group it may not, unless people make it an administrator, which the playground cannot.
    """
    chat = call.chat()
    message_id = call.parameters.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to delete not found")
    sender = chat.messages[message_id].content["from"]["id"]
    if not chat.is_private and sender != call.state.bot_id:
        raise bad_request("message can't be deleted")
    call.state.delete(chat, message_id)
    return True
