"""What a person sends from the chat page: a form with texts and files."""

from __future__ import annotations

import json
from collections.abc import Callable

from playground.events import Json
from playground.page_answers import BadInputError, ids_of
from playground.person import Person
from playground.request_body import Body, Upload

MAX_ALBUM = 10


async def send_form(person: Person, body: Body, find: Callable[[int, int], Json]) -> list[Json]:
    """Send what a form of the page describes; return the messages.

    Args:
        person: who sends it, in the chat where.
        body: ``kind`` and what belongs to it: ``text``, ``caption``, ``file``s, ``reply_to``; to
            forward: ``from_chat`` and ``messages``, their ids as JSON.
        find: returns a message by chat and message id; LookupError when there is none.
    """
    kind = str(body.fields.get("kind", "text"))
    caption = str(body.fields.get("caption", "")) or None
    reply_to = _message(body, "reply_to", person.chat_id, find)
    files = [upload for name, upload in body.uploads.items() if name.startswith("file")]
    if kind == "forward":
        chat_id = _number(body, "from_chat")
        ids = ids_of(_json(body, "messages"))
        return await person.forward(*[find(chat_id, message_id) for message_id in ids])
    if kind == "text":
        text = str(body.fields.get("text", "")).strip()
        if not text:
            raise BadInputError("the text is empty")
        return [await person.send_text(text, reply_to)]
    if kind in {"photo", "document", "animation"} and files:
        return await _send_files(person, kind, files, caption, reply_to)
    if kind in {"photo", "document"}:
        raise BadInputError("there is no file")
    return [await person.send_other(kind, reply_to=reply_to)]


async def _send_files(
    person: Person, kind: str, files: list[Upload], caption: str | None, reply_to: Json | None
) -> list[Json]:
    """Send one file, or several as an album."""
    if any(not file.data for file in files):
        raise BadInputError("there is no file")
    data, names = [file.data for file in files], [file.file_name for file in files]
    if len(files) > 1:
        if kind == "animation" or len(files) > MAX_ALBUM:
            raise BadInputError("these files make no album")
        return await person.send_album(
            data, caption, reply_to, names=names if kind == "document" else None
        )
    if kind == "photo":
        return [await person.send_photo(data[0], caption, reply_to)]
    if kind == "animation":
        return [await person.send_animation(data[0], names[0], caption, reply_to)]
    return [await person.send_document(data[0], names[0], caption=caption, reply_to=reply_to)]


def _message(body: Body, key: str, chat_id: int, find: Callable[[int, int], Json]) -> Json | None:
    return find(chat_id, _number(body, key)) if key in body.fields else None


def _number(body: Body, key: str) -> int:
    try:
        return int(body.fields.get(key, ""))
    except ValueError as error:
        raise BadInputError(f"{key} must be a whole number") from error


def _json(body: Body, key: str) -> object:
    try:
        return json.loads(body.fields.get(key, ""))
    except ValueError as error:
        raise BadInputError(f"{key} must be JSON") from error
