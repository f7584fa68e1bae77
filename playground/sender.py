"""What a person does in a chat: writes, sends, replies, forwards, edits, deletes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playground.chats import Chat, User
from playground.entities import automatic_entities
from playground.events import Json
from playground.other_messages import other_content
from playground.privacy import reaches_bot
from playground.state import State

START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Of one: what the bot gets when the rest could not be sent.
ALBUM_SIZES = range(1, 11)
# What a forwarded message does not take along.
LEFT_BEHIND = frozenset(
    {
        *("message_id", "from", "chat", "date", "edit_date"),
        *("reply_to_message", "reply_markup", "media_group_id", "forward_origin"),
    }
)


class Sender:
    """A person in one chat, acting; messages are Telegram's Message objects as plain dicts."""

    def __init__(self, state: State, user: User, chat: Chat) -> None:
        self._state = state
        self._user = user
        self._chat = chat

    async def send_text(self, text: str, reply_to: Json | None = None) -> Json:
        """Write a text or a command."""
        return self._send({"text": text, **_marked("entities", text)}, reply_to)

    async def start(self, payload: str = "") -> Json:
        """Follow a link such as https://t.me/bot?start=payload and press START.

        Raises:
            ValueError: Telegram takes 1 to 64 letters A-Z a-z, digits, _ and -.
        """
        if payload and not START_PAYLOAD.fullmatch(payload):
            raise ValueError("a payload has 1 to 64 of A-Z a-z 0-9 _ -")
        return await self.send_text(f"/start {payload}".strip())

    async def send_photo(
        self, data: bytes, caption: str | None = None, reply_to: Json | None = None
    ) -> Json:
        """Send a picture as a photo: shrunk to 1280 pixels, JPEG, without metadata.

        Raises:
            NotAPictureError: `data` is no picture; a ValueError.
            PictureDimensionsError: too large or too long for a photo; a ValueError.
        """
        content = await self._state.files.add_photo(data)
        return self._send({**content, **_caption(caption)}, reply_to)

    async def send_album(
        self,
        pictures: Iterable[bytes],
        caption: str | None = None,
        reply_to: Json | None = None,
        *,
        names: Iterable[str] | None = None,
    ) -> list[Json]:
        """Send several photos at once, or files where they have names.

        As in Telegram they become one message each, and one update each, with the same
        media_group_id; the first has the caption.

        Raises:
            ValueError: not 1 to 10 of them, or a photo as for :meth:`send_photo`.
        """
        items = list(pictures)
        if len(items) not in ALBUM_SIZES:
            raise ValueError("an album has 1 to 10 items")
        add = self._state.files
        if names is None:
            contents = [await add.add_photo(data) for data in items]
        else:
            pairs = zip(items, names, strict=True)
            contents = [await add.add_document(data, name) for data, name in pairs]
        album = {"media_group_id": self._state.new_album_id()}
        return [
            self._send({**content, **album, **_caption(None if index else caption)}, reply_to)
            for index, content in enumerate(contents)
        ]

    async def send_document(
        self,
        data: bytes,
        file_name: str,
        mime_type: str | None = None,
        caption: str | None = None,
        reply_to: Json | None = None,
    ) -> Json:
        """Send a file byte for byte; its type is guessed from the name unless given."""
        content = await self._state.files.add_document(data, file_name, mime_type)
        return self._send({**content, **_caption(caption)}, reply_to)

    async def send_animation(
        self,
        data: bytes,
        file_name: str = "animation.gif",
        caption: str | None = None,
        reply_to: Json | None = None,
    ) -> Json:
        """Send a GIF as a moving picture.

        Telegram itself turns most of them into MP4 (``send_other("animation")`` has that type);
        this one stays what it is, with size, duration and thumbnail.

        Raises:
            NotAPictureError: `data` is no GIF; a ValueError.
        """
        content = await self._state.files.add_animation(data, file_name)
        return self._send({**content, **_caption(caption)}, reply_to)

    async def send_other(
        self,
        kind: str,
        data: bytes = b"",
        file_name: str | None = None,
        reply_to: Json | None = None,
    ) -> Json:
        """Send a sticker, voice, video, animation, audio, video_note, location, contact or dice."""
        return self._send(other_content(self._state.files, kind, data, file_name), reply_to)

    async def forward(self, *messages: Json, hidden: bool = False) -> list[Json]:
        """Forward messages of any chat into this one, without their buttons and replies.

        Messages of one album stay together in a new one.

        Args:
            messages: as they were seen.
            hidden: whether their senders do not want to be linked to.
        """
        albums: dict[str, str] = {}
        sent = []
        for message in messages:
            content = {key: value for key, value in message.items() if key not in LEFT_BEHIND}
            content["forward_origin"] = message.get("forward_origin") or _origin(message, hidden)
            if old := message.get("media_group_id"):
                albums.setdefault(old, self._state.new_album_id())
                content["media_group_id"] = albums[old]
            sent.append(self._send(content))
        return sent

    async def edit_text(self, message: Json, text: str) -> Json:
        """Change a text message of one's own."""
        content = {"text": text, **_marked("entities", text)}
        edited = self._state.replace(self._chat, message["message_id"], content)
        self._tell("edited_message", edited)
        return edited

    async def delete(self, message: Json) -> None:
        """Delete a message; the bot is not told. KeyError when it is gone already."""
        self._state.delete(self._chat, message["message_id"])

    def clear(self) -> None:
        """Delete every message of the chat; the bot is not told."""
        self._state.clear(self._chat)

    def block(self) -> None:
        """Block the bot: what it sends is refused from now on."""
        self._chat.closed = True

    def unblock(self) -> None:
        """Let the bot write again."""
        self._chat.closed = False

    def _send(self, content: Json, reply_to: Json | None = None) -> Json:
        self._chat.started = True
        reply_id = reply_to["message_id"] if reply_to else None
        message = self._state.post(self._chat, self._user.json(), content, reply_id)
        self._tell("message", message)
        return message

    def _tell(self, kind: str, message: Json) -> None:
        gone = self._chat.closed and not self._chat.is_private
        if not gone and reaches_bot(self._chat, message, self._state.bot_user()):
            self._state.updates.add(kind, message, self._chat.id)


def _marked(key: str, text: str) -> Json:
    entities = automatic_entities(text)
    return {key: entities} if entities else {}


def _caption(caption: str | None) -> Json:
    return {"caption": caption, **_marked("caption_entities", caption)} if caption else {}


def _origin(message: Json, hidden: bool) -> Json:
    sender, date = message["from"], message["date"]
    if hidden:
        return {"type": "hidden_user", "sender_user_name": sender["first_name"], "date": date}
    return {"type": "user", "sender_user": sender, "date": date}
