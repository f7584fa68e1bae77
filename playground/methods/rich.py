"""Rich messages: of all their blocks, photos and slideshows of photos."""

from __future__ import annotations

from typing import Any

from playground.errors import bad_request
from playground.events import Json
from playground.methods.composing import SEND_IGNORED, SEND_TYPES, reply_target, with_markup
from playground.methods.media import input_media
from playground.methods.registry import Invocation, method
from playground.parameters import JSON


@method("sendRichMessage", {**SEND_TYPES, "rich_message": JSON}, SEND_IGNORED, sends=True)
async def send_rich_message(call: Invocation) -> Json:
    """Send photos, one below the other or as slides."""
    chat = call.open_chat()
    message = call.parameters.get("rich_message")
    if not isinstance(message, dict) or not isinstance(message.get("blocks"), list):
        raise bad_request("can't parse InputRichMessage: expected an Object with blocks")
    if not message["blocks"]:
        raise bad_request("rich message must be non-empty")
    target = reply_target(call, chat)
    blocks = [await _block(call, block) for block in message["blocks"]]
    content = with_markup({"rich_message": {"blocks": blocks}}, call.parameters.get("reply_markup"))
    return call.state.post(chat, call.state.bot_user(), content, target)


async def _block(call: Invocation, block: Any) -> Json:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "photo":
        media = block.get("photo")
        if not isinstance(media, dict) or media.get("type") != "photo":
            raise bad_request("can't parse InputRichBlock: expected an InputMediaPhoto")
        return {"type": "photo", "photo": (await input_media(call, media))["photo"]}
    if kind == "slideshow":
        slides = block.get("blocks")
        if not isinstance(slides, list) or not slides:
            raise bad_request("can't parse InputRichBlock: a slideshow has blocks")
        if not all(isinstance(slide, dict) and slide.get("type") == "photo" for slide in slides):
            raise bad_request("can't parse InputRichBlock: slides must be photos or videos")
        return {"type": "slideshow", "blocks": [await _block(call, slide) for slide in slides]}
    raise bad_request("can't parse InputRichBlock: unsupported type")
