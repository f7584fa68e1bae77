"""What the chat page asks for: chats, messages, pressed buttons, files and events."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from playground.chat_events import stream_events
from playground.chats import Chat
from playground.errors import ApiError
from playground.events import Event, Json
from playground.person import Person
from playground.request_body import Body, read_body
from playground.state import State

CONNECTED_SECONDS = 60.0
PRESS_SECONDS = 15.0
MAX_NAME = 64
# Shown in the page itself; anything else is only offered for saving (an SVG can hold a script).
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BadInputError(ValueError):
    """The page asked for something that is not possible; the text says what."""


class ChatApi:
    """Routes of the chat page.

    Args:
        state: the playground's memory.
        new_person: makes a person from name and language.
        person_of: finds the person of a chat, by its id; LookupError when there is none.
        page: the folder with index.html and what belongs to it.
    """

    def __init__(
        self,
        state: State,
        new_person: Callable[[str, str], Person],
        person_of: Callable[[int], Person],
        page: Path,
    ) -> None:
        self._state = state
        self._new_person = new_person
        self._person_of = person_of
        self._page = page

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return all routes."""
        chat = "/api/chats/{chat_id:[0-9]+}"
        return [
            web.get("/", self._index),
            web.static("/static", self._page),
            web.get("/api/bot", self._bot),
            web.get("/api/chats", self._chats),
            web.post("/api/chats", _answering(self._add_chat)),
            web.patch(chat, _answering(self._change_chat)),
            web.get(f"{chat}/messages", _answering(self._messages)),
            web.post(f"{chat}/messages", _answering(self._send)),
            web.delete(f"{chat}/messages/{{message_id:[0-9]+}}", _answering(self._delete)),
            web.post(f"{chat}/presses", _answering(self._press)),
            web.get("/api/files/{file_id}", self._file),
            web.get("/api/events", self._events),
        ]

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        index = self._page / "index.html"
        if not index.is_file():
            raise web.HTTPNotFound(text="the chat page is not installed")
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def _bot(self, _request: web.Request) -> web.Response:
        profile, webhook = self._state.profile, self._state.webhook
        polled = self._state.updates.last_poll
        polling = polled is not None and time.monotonic() - polled < CONNECTED_SECONDS
        error = webhook.last_error if webhook.failing else None
        return web.json_response(
            {
                "username": profile.username,
                "name": profile.name(),
                "description": profile.descriptions,
                "short_description": profile.short_descriptions,
                "commands": profile.commands_in("all_private_chats", "default"),
                "connected": webhook.settings is not None or polling,
                "error": error.message if error else None,
            }
        )

    async def _chats(self, _request: web.Request) -> web.Response:
        return web.json_response([chat.summary() for chat in self._state.chats.values()])

    async def _add_chat(self, request: web.Request) -> web.Response:
        wanted = await _json_object(request)
        name, language = _text(wanted, "name").strip(), _text(wanted, "language", "en")
        if not 1 <= len(name) <= MAX_NAME:
            raise BadInputError(f"name must have 1 to {MAX_NAME} letters")
        person = self._new_person(name, language)
        return web.json_response(self._state.chats[person.id].summary())

    async def _change_chat(self, request: web.Request) -> web.Response:
        person, chat = self._person(request), self._chat(request)
        person.language = _text(await _json_object(request), "language", person.language)
        self._state.events.publish(Event("chat", chat.id, chat.summary()))
        return web.json_response(chat.summary())

    async def _messages(self, request: web.Request) -> web.Response:
        return web.json_response(self._person(request).messages)

    async def _send(self, request: web.Request) -> web.Response:
        person = self._person(request)
        body = await read_body(request.headers, request.content)
        return web.json_response(await _send_as(person, body))

    async def _delete(self, request: web.Request) -> web.Response:
        chat, message_id = self._chat(request), int(request.match_info["message_id"])
        if message_id not in chat.messages:
            raise LookupError("no such message")
        self._state.delete(chat, message_id)
        return web.Response(status=204)

    async def _press(self, request: web.Request) -> web.Response:
        person = self._person(request)
        wanted = await _json_object(request)
        message = next(
            (m for m in person.messages if m["message_id"] == wanted.get("message_id")), None
        )
        if message is None:
            raise LookupError("no such message")
        try:
            answer = await person.press_for_answer(_text(wanted, "data"), message, PRESS_SECONDS)
        except TimeoutError:
            return web.json_response({"text": None, "show_alert": False, "timeout": True})
        except LookupError as error:
            raise BadInputError("the message has no such button") from error
        return web.json_response(answer._asdict())

    async def _file(self, request: web.Request) -> web.Response:
        file = self._state.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound(text="no such file, or it is not kept any more")
        inline = file.mime_type in INLINE_TYPES and "download" not in request.query
        disposition = "inline" if inline else "attachment"
        name = quote(file.file_name or file.path.rpartition("/")[2], safe="")
        headers = {
            "Content-Type": file.mime_type,
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        return web.Response(body=file.data, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await stream_events(request, self._state.events)

    def _person(self, request: web.Request) -> Person:
        return self._person_of(int(request.match_info["chat_id"]))

    def _chat(self, request: web.Request) -> Chat:
        return self._state.chats[self._person(request).id]


async def _send_as(person: Person, body: Body) -> Json:
    """Send what a form of the page describes."""
    kind = str(body.fields.get("kind", "text"))
    caption = str(body.fields.get("caption", "")) or None
    file = body.uploads.get("file")
    if kind == "text":
        text = str(body.fields.get("text", "")).strip()
        if not text:
            raise BadInputError("the text is empty")
        return await person.send_text(text)
    if kind in {"photo", "document"}:
        if file is None or not file.data:
            raise BadInputError("there is no file")
        if kind == "photo":
            return await person.send_photo(file.data, caption)
        return await person.send_document(file.data, file.file_name, caption=caption)
    data, name = (file.data, file.file_name) if file else (b"", None)
    return await person.send_other(kind, data, name)


def _answering(handler: Handler) -> Handler:
    """Turn what cannot be done into an answer that the page can show."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.description}, status=error.error_code)

    return answer


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        wanted = await request.json()
    except json.JSONDecodeError as error:
        raise BadInputError("the body must be JSON") from error
    if not isinstance(wanted, dict):
        raise BadInputError("the body must be a JSON object")
    return wanted


def _text(wanted: dict[str, Any], key: str, default: str = "") -> str:
    value = wanted.get(key, default)
    if not isinstance(value, str):
        raise BadInputError(f"{key} must be a text")
    return value
