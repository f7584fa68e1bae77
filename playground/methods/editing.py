"""Changes of messages that the bot has sent."""

from __future__ import annotations

from playground.chats import Chat
from playground.errors import bad_request
from playground.events import Json
from playground.methods.composing import checked_caption, checked_text, with_markup
from playground.methods.media import CAPTION_TYPES, input_media
from playground.methods.registry import Invocation, method
from playground.methods.rich_messages import rich_content
from playground.parameters import CHAT, INTEGER, JSON, TEXT

EDIT_TYPES = {"chat_id": CHAT, "message_id": INTEGER, "reply_markup": JSON}
HEAD = ("message_id", "from", "chat", "date", "edit_date")
MEDIA = ("photo", "document")


def _editable(call: Invocation) -> tuple[Chat, int, Json]:
    """Return the chat, the message_id and the content of a message of the bot's own."""
    chat = call.open_chat()
    if call.parameters.get("message_id") is None:
        raise bad_request("message identifier is not specified")
    message_id = call.parameters.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to edit not found")
    content = chat.messages[message_id].content
    if content["from"]["id"] != call.state.bot_id:
        raise bad_request("message can't be edited")
    return chat, message_id, {key: value for key, value in content.items() if key not in HEAD}


def _replace(call: Invocation, chat: Chat, message_id: int, content: Json) -> Json:
    _, _, present = _editable(call)
    if content == present:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    return call.state.replace(chat, message_id, content)


@method(
    "editMessageText",
    {**EDIT_TYPES, "text": TEXT, "parse_mode": TEXT, "entities": JSON, "rich_message": JSON},
    ("link_preview_options", "disable_web_page_preview"),
    sends=True,
)
async def edit_message_text(call: Invocation) -> Json:
    """Replace text, or the rich message, and keyboard; without a keyboard the old one goes."""
    chat, message_id, present = _editable(call)
    if not present.keys() & {"text", "rich_message"}:
        raise bad_request("there is no text in the message to edit")
    given = call.parameters
    keyboard = with_markup({}, given.get("reply_markup"), inline_only=True)
    if given.get("rich_message") is not None:
        content = await rich_content(call, given.get("rich_message"))
    else:
        content = checked_text(given.text("text"), given.text("parse_mode"), given.get("entities"))
    return _replace(call, chat, message_id, {**content, **keyboard})


@method(
    "editMessageCaption",
    {**EDIT_TYPES, **CAPTION_TYPES},
    ("show_caption_above_media",),
    sends=True,
)
async def edit_message_caption(call: Invocation) -> Json:
    """Replace caption and keyboard of a photo or document."""
    chat, message_id, present = _editable(call)
    media = {key: present[key] for key in (*MEDIA, "media_group_id") if key in present}
    if not media:
        raise bad_request("there is no caption in the message to edit")
    given = call.parameters
    caption = checked_caption(
        given.text("caption"), given.text("parse_mode"), given.get("caption_entities")
    )
    content = with_markup({**media, **caption}, given.get("reply_markup"), inline_only=True)
    return _replace(call, chat, message_id, content)


@method("editMessageReplyMarkup", EDIT_TYPES, sends=True)
async def edit_message_reply_markup(call: Invocation) -> Json:
    """Replace or remove the keyboard."""
    chat, message_id, present = _editable(call)
    present.pop("reply_markup", None)
    content = with_markup(present, call.parameters.get("reply_markup"), inline_only=True)
    return _replace(call, chat, message_id, content)


@method("editMessageMedia", {**EDIT_TYPES, "media": JSON}, sends=True)
async def edit_message_media(call: Invocation) -> Json:
    """Replace the photo or document, caption and keyboard; a text message becomes media."""
    chat, message_id, present = _editable(call)
    media = call.parameters.get("media")
    if "media_group_id" in present and isinstance(media, dict) and media.get("type") not in present:
        raise bad_request("message can't be edited")
    # The keyboard is checked before the file is taken in.
    keyboard = with_markup({}, call.parameters.get("reply_markup"), inline_only=True)
    album = {key: present[key] for key in ("media_group_id",) if key in present}
    content = {**await input_media(call, media), **album, **keyboard}
    return _replace(call, chat, message_id, content)
