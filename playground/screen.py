"""A chat as a person sees it: buttons to press, lines to read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from playground.events import Json

FILE_KINDS = ("photo", "document", "sticker", "voice", "video", "animation", "audio", "video_note")


def find_button(messages: Iterable[Json], button: str) -> tuple[str, int] | None:
    """Find a button by its callback data or its label; return its data and the message_id."""
    for message in messages:
        for key in _buttons(message):
            data = key.get("callback_data")
            if data is not None and button in {data, key["text"]}:
                return data, message["message_id"]
    return None


def file_id(message: Json) -> str | None:
    """Return the file_id of a message's largest photo, or of its other file."""
    for kind in FILE_KINDS:
        if kind in message:
            file = message[kind][-1] if kind == "photo" else message[kind]
            return str(file["file_id"])
    return None


def transcript(name: str, messages: Iterable[Json]) -> str:
    """Return the chat in lines of text, for reports of what went wrong."""
    lines = [_line(message) for message in messages]
    return "\n".join([f"the chat of {name} is:", *(lines or ["(empty)"])])


def _buttons(message: Json) -> list[Json]:
    return list(chain.from_iterable(message.get("reply_markup", {}).get("inline_keyboard", [])))


def _line(message: Json) -> str:
    who = "bot" if message["from"]["is_bot"] else message["from"]["first_name"]
    kinds = [f"<{kind}>" for kind in FILE_KINDS if kind in message]
    text = message.get("text") or message.get("caption") or ""
    parts = [f"#{message['message_id']} {who}:", *kinds, repr(text)]
    buttons = [key.get("callback_data", key["text"]) for key in _buttons(message)]
    return " ".join([*parts, str(buttons)] if buttons else parts)
