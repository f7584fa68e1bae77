"""Photos, documents and albums."""

from __future__ import annotations

from typing import Any

from playground.errors import bad_request
from playground.events import Json
from playground.methods.attachments import attached_document, attached_photo
from playground.methods.composing import (
    SEND_IGNORED,
    SEND_TYPES,
    checked_caption,
    reply_target,
    with_markup,
)
from playground.methods.registry import Invocation, method
from playground.parameters import FILE, JSON, TEXT

CAPTION_TYPES = {"caption": TEXT, "parse_mode": TEXT, "caption_entities": JSON}
INPUT_MEDIA_FIELDS = {
    "type",
    "media",
    "thumbnail",
    "caption",
    "parse_mode",
    "caption_entities",
    "show_caption_above_media",
    "has_spoiler",
    "disable_content_type_detection",
}
ALBUM_SIZES = range(2, 11)


@method(
    "sendPhoto",
    {**SEND_TYPES, **CAPTION_TYPES, "photo": FILE},
    (*SEND_IGNORED, "show_caption_above_media", "has_spoiler"),
    sends=True,
)
async def send_photo(call: Invocation) -> Json:
    """Send a photo, which Telegram shrinks."""
    return await _send(call, await _prepared(call, "photo"))


@method(
    "sendDocument",
    {**SEND_TYPES, **CAPTION_TYPES, "document": FILE, "thumbnail": FILE},
    (*SEND_IGNORED, "disable_content_type_detection"),
    sends=True,
)
async def send_document(call: Invocation) -> Json:
    """Send a file byte for byte."""
    return await _send(call, await _prepared(call, "document"))


async def _prepared(call: Invocation, kind: str) -> Json:
    """Check everything before the file, so that a refused call leaves no file behind."""
    chat = call.open_chat(f"{kind}s")
    reply_target(call, chat)
    given = call.parameters
    caption = checked_caption(
        given.text("caption"), given.text("parse_mode"), given.get("caption_entities")
    )
    rest = with_markup(caption, given.get("reply_markup"))
    attach = attached_photo if kind == "photo" else attached_document
    return {**await attach(call, given.get(kind)), **rest}


async def _send(call: Invocation, content: Json) -> Json:
    chat = call.open_chat()
    return call.state.post(chat, call.state.bot_user(), content, reply_target(call, chat))


@method(
    "sendMediaGroup",
    {key: kind for key, kind in SEND_TYPES.items() if key != "reply_markup"} | {"media": JSON},
    SEND_IGNORED,
    sends=True,
)
async def send_media_group(call: Invocation) -> list[Json]:
    """Send two to ten photos, or as many documents, as an album."""
    chat = call.open_chat("photos")
    media = call.parameters.get("media")
    if not isinstance(media, list) or not media:
        raise bad_request("there are no messages to send")
    if len(media) not in ALBUM_SIZES:
        raise bad_request(
            "too few messages to send as an album"
            if len(media) < 2
            else "too many messages to send as an album"
        )
    if len({str(item.get("type")) for item in media if isinstance(item, dict)}) > 1:
        raise bad_request("document can't be mixed with other media types")
    reply_to = reply_target(call, chat)
    contents = [await input_media(call, item) for item in media]
    album = {"media_group_id": call.state.new_album_id()}
    bot = call.state.bot_user()
    return [call.state.post(chat, bot, {**content, **album}, reply_to) for content in contents]


async def input_media(call: Invocation, media: Any) -> Json:
    """Return the content that an InputMediaPhoto or InputMediaDocument describes."""
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    unknown = media.keys() - INPUT_MEDIA_FIELDS
    if unknown:
        raise bad_request(f"unknown parameter '{min(unknown)}' in InputMedia")
    caption = checked_caption(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
    )
    if media.get("type") == "photo":
        return {**await attached_photo(call, media.get("media")), **caption}
    if media.get("type") == "document":
        return {**await attached_document(call, media.get("media")), **caption}
    raise bad_request("can't parse InputMedia: type must be photo or document")
