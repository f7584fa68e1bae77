"""Rich messages: headings, paragraphs, lists, photos, slideshows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from playground.errors import bad_request
from playground.events import Json
from playground.methods.composing import SEND_IGNORED, reply_target, with_markup
from playground.methods.media import input_media
from playground.methods.registry import Invocation, method
from playground.parameters import CHAT, JSON

# As the Bot API documents them; how it words a refusal is not documented.
MAX_TEXT = 32_768
MAX_BLOCKS = 500
MAX_MEDIA = 50
MAX_DEPTH = 16
HEADING_SIZES = range(1, 7)
RICH_MESSAGE_FIELDS = {"html", "markdown", "is_rtl", "skip_entity_detection", "blocks", "media"}

Block = Callable[["_Blocks", Json], Awaitable[Json]]


@method(
    "sendRichMessage",
    {
        "chat_id": CHAT,
        "reply_parameters": JSON,
        "reply_markup": JSON,
        "rich_message": JSON,
    },
    SEND_IGNORED,
    sends=True,
)
async def send_rich_message(call: Invocation) -> Json:
    """Send a message made of blocks."""
    chat = call.open_chat("text messages")
    reply_to = reply_target(call, chat)
    keyboard = with_markup({}, call.parameters.get("reply_markup"))
    content = await rich_content(call, call.parameters.get("rich_message"))
    return call.state.post(chat, call.state.bot_user(), {**content, **keyboard}, reply_to)


async def rich_content(call: Invocation, given: Any) -> Json:
    """Return {"rich_message": {…}} for an InputRichMessage; ApiError when it is refused.

    Blocks are read, HTML and Markdown are not: the playground says so.
    """
    if not isinstance(given, dict):
        raise bad_request("can't parse InputRichMessage: expected an Object")
    if unknown := given.keys() - RICH_MESSAGE_FIELDS:
        raise bad_request(f"unknown parameter '{min(unknown)}' in InputRichMessage")
    if sum(given.get(key) is not None for key in ("html", "markdown", "blocks")) != 1:
        raise bad_request("exactly one of html, markdown and blocks must be specified")
    if given.get("blocks") is None:
        raise bad_request("the playground reads rich messages as blocks only")
    blocks = _Blocks(call)
    rich: Json = {"blocks": await blocks.all(given["blocks"])}
    if sum(_text_lengths(rich)) > MAX_TEXT:
        raise bad_request("rich message is too long")
    if given.get("is_rtl"):
        rich["is_rtl"] = True
    return {"rich_message": rich}


class _Blocks:
    """Checks input blocks and turns them into those of a message; counts them."""

    def __init__(self, call: Invocation) -> None:
        self.call = call
        self._count = 0
        self._media = 0
        self._depth = 0

    async def all(self, given: Any) -> list[Json]:
        if not isinstance(given, list) or not given:
            raise bad_request("can't parse blocks: expected a non-empty Array of InputRichBlock")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise bad_request("rich message is nested too deep")
        blocks = [await self._one(block) for block in given]
        self._depth -= 1
        return blocks

    async def _one(self, given: Any) -> Json:
        if not isinstance(given, dict):
            raise bad_request("can't parse InputRichBlock: expected an Object")
        self._count += 1
        if self._count > MAX_BLOCKS:
            raise bad_request("rich message has too many blocks")
        kind = str(given.get("type"))
        if kind not in BLOCKS:
            raise bad_request(f"the playground shows no rich block of type '{kind}'")
        return {"type": kind, **await BLOCKS[kind](self, given)}

    async def media(self, given: Json, kind: str) -> Json:
        self._media += 1
        if self._media > MAX_MEDIA:
            raise bad_request("rich message has too many media")
        media = given.get(kind)
        if not isinstance(media, dict) or media.get("type") != kind:
            raise bad_request(f"can't parse InputRichBlock: {kind} must be an InputMedia of it")
        # As the Bot API has it, the caption is the block's and that of the media is ignored.
        content = await input_media(self.call, media)
        return {kind: content[kind], **_caption(given)}


async def _text_block(_: _Blocks, given: Json) -> Json:
    return {"text": _rich_text(given.get("text"))}


async def _heading(_: _Blocks, given: Json) -> Json:
    if given.get("size") not in HEADING_SIZES:
        raise bad_request("can't parse InputRichBlock: size of a heading must be from 1 to 6")
    return {"text": _rich_text(given.get("text")), "size": given["size"]}


async def _divider(_: _Blocks, __: Json) -> Json:
    return {}


async def _photo(blocks: _Blocks, given: Json) -> Json:
    return await blocks.media(given, "photo")


async def _document(blocks: _Blocks, given: Json) -> Json:
    return await blocks.media(given, "document")


async def _pictures(blocks: _Blocks, given: Json) -> Json:
    return {"blocks": await blocks.all(given.get("blocks")), **_caption(given)}


BLOCKS: dict[str, Block] = {
    "paragraph": _text_block,
    "footer": _text_block,
    "heading": _heading,
    "divider": _divider,
    "photo": _photo,
    "document": _document,
    "slideshow": _pictures,
    "collage": _pictures,
}


def _caption(given: Json) -> Json:
    caption = given.get("caption")
    if caption is None:
        return {}
    if not isinstance(caption, dict):
        raise bad_request("can't parse RichBlockCaption: expected an Object")
    texts = {key: _rich_text(caption[key]) for key in ("text", "credit") if key in caption}
    return {"caption": texts}


def _text_lengths(given: Any) -> Iterator[int]:
    """Yield the lengths of all texts in blocks, captions and marked texts."""
    if isinstance(given, list):
        for part in given:
            yield len(part) if isinstance(part, str) else sum(_text_lengths(part))
    elif isinstance(given, dict):
        for key in ("text", "credit", "caption", "blocks"):
            value = given.get(key)
            yield len(value) if isinstance(value, str) else sum(_text_lengths(value))


def _rich_text(given: Any) -> Any:
    """Check a RichText: a text, a list of them, or one that is marked."""
    if isinstance(given, str):
        return given
    if isinstance(given, list):
        return [_rich_text(part) for part in given]
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise bad_request("can't parse RichText")
    if "text" in given:
        return {**given, "text": _rich_text(given["text"])}
    return dict(given)
