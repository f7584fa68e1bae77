"""What the chat page asks for: chats, messages, pressed buttons, files and events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from playground.chat_events import stream_events
from playground.chats import Chat
from playground.events import Event, Json
from playground.page_answers import BadInputError, answering, ids_of, json_object, text_of
from playground.page_forms import MAX_ALBUM, send_form
from playground.person import Person
from playground.presence import presence
from playground.request_body import MAX_UPLOAD_BYTES, read_body
from playground.state import State

if TYPE_CHECKING:
    from playground.server import Playground

PRESS_SECONDS = 15.0
MAX_NAME = 64
# Ten files of the full size, and the texts beside them.
MAX_FORM_BYTES = (MAX_ALBUM + 1) * MAX_UPLOAD_BYTES
# Shown in the page itself; anything else is only offered for saving (an SVG can hold a script).
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


class ChatApi:
    """Routes of the chat page.

    Args:
        playground: makes and finds people and groups.
        state: its memory.
        page: the folder with index.html and what belongs to it.
    """

    def __init__(self, playground: Playground, state: State, page: Path) -> None:
        self._playground = playground
        self._state = state
        self._page = page

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return all routes."""
        chat = "/api/chats/{chat_id:-?[0-9]+}"
        return [
            web.get("/", self._index),
            web.static("/static", self._page),
            web.get("/api/bot", self._bot),
            web.get("/api/chats", self._chats),
            web.post("/api/chats", answering(self._add_chat)),
            web.patch(chat, answering(self._change_chat)),
            web.get(f"{chat}/messages", answering(self._messages)),
            web.post(f"{chat}/messages", answering(self._send)),
            web.delete(f"{chat}/messages", answering(self._clear)),
            web.delete(f"{chat}/messages/{{message_id:[0-9]+}}", answering(self._delete)),
            web.post(f"{chat}/presses", answering(self._press)),
            web.get("/api/files/{file_id}", self._file),
            web.get("/api/events", self._events),
        ]

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        index = self._page / "index.html"
        if not index.is_file():
            raise web.HTTPNotFound(text="the chat page is not installed")
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def _bot(self, _request: web.Request) -> web.Response:
        profile = self._state.profile
        return web.json_response(
            {
                "username": profile.username,
                "name": profile.name(),
                "description": profile.descriptions,
                "short_description": profile.short_descriptions,
                "commands": profile.commands_in("all_private_chats", "default"),
                "group_commands": profile.commands_in("all_group_chats", "default"),
                "photo": profile.photos[0][-1]["file_id"] if profile.photos else None,
                **await presence(self._state),
            }
        )

    async def _chats(self, _request: web.Request) -> web.Response:
        return web.json_response([chat.summary() for chat in self._state.chats.values()])

    async def _add_chat(self, request: web.Request) -> web.Response:
        wanted = await json_object(request)
        name = text_of(wanted, "name").strip()
        if not 1 <= len(name) <= MAX_NAME:
            raise BadInputError(f"name must have 1 to {MAX_NAME} letters")
        if "members" in wanted:
            people = [self._playground.person_of(member) for member in ids_of(wanted["members"])]
            added = self._playground.group(name, *people).id
        else:
            added = self._playground.person(name, text_of(wanted, "language", "en")).id
        return web.json_response(self._state.chats[added].summary())

    async def _change_chat(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        person = self._playground.person_of(chat.id)
        person.language = text_of(await json_object(request), "language", person.language)
        self._state.events.publish(Event("chat", chat.id, chat.summary()))
        return web.json_response(chat.summary())

    async def _messages(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        return web.json_response([chat.render(message_id) for message_id in chat.messages])

    async def _send(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        body = await read_body(request.headers, request.content, MAX_FORM_BYTES)
        person = self._speaker(chat, body.fields.get("as"))
        return web.json_response(await send_form(person, body, self._message))

    async def _clear(self, request: web.Request) -> web.Response:
        self._state.clear(self._chat(request))
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        chat, message_id = self._chat(request), int(request.match_info["message_id"])
        self._message(chat.id, message_id)
        self._state.delete(chat, message_id)
        return web.Response(status=204)

    async def _press(self, request: web.Request) -> web.Response:
        chat, wanted = self._chat(request), await json_object(request)
        message = self._message(chat.id, wanted.get("message_id"))
        person = self._speaker(chat, wanted.get("as"))
        try:
            answer = await person.press_for_answer(text_of(wanted, "data"), message, PRESS_SECONDS)
        except TimeoutError:
            return web.json_response({"text": None, "show_alert": False, "timeout": True})
        except LookupError as error:
            raise LookupError("the message has no such button") from error
        return web.json_response(answer._asdict())

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._state.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound(text="no such file, or it is not kept any more")
        inline = file.mime_type in INLINE_TYPES and "download" not in request.query
        disposition = "inline" if inline else "attachment"
        name = quote(file.file_name or file.path.rpartition("/")[2], safe="")
        headers = {
            "Content-Type": file.mime_type,
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{name}",
            "Cache-Control": "private, max-age=3600",
        }
        return web.Response(body=file.data, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await stream_events(request, self._state.events)

    def _chat(self, request: web.Request) -> Chat:
        chat = self._state.chats.get(int(request.match_info["chat_id"]))
        if chat is None:
            raise LookupError("no such chat")
        return chat

    def _speaker(self, chat: Chat, user_id: Any) -> Person:
        """Return who acts in a chat: its person, or the one of a group that is named."""
        if chat.is_private:
            return self._playground.person_of(chat.id)
        try:
            return self._playground.group_of(chat.id).member(int(user_id))
        except (TypeError, ValueError) as error:
            raise BadInputError("as must be the id of a member") from error

    def _message(self, chat_id: int, message_id: object) -> Json:
        chat = self._state.chats.get(chat_id)
        if chat is None or not isinstance(message_id, int) or message_id not in chat.messages:
            raise LookupError("no such message")
        return chat.render(message_id)
