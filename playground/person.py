"""A person in the playground: what they do, and what they see."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable

from playground.callbacks import CallbackAnswer
from playground.entities import automatic_entities
from playground.events import Json
from playground.other_messages import other_content
from playground.screen import file_id, find_button, transcript
from playground.state import Chat, HistoryEntry, State

Predicate = Callable[[Json], object]
_album_ids = itertools.count(time.time_ns())


class Person:
    """A user with a private chat with the bot; made by ``Playground.person``.

    Messages are Telegram's Message objects as plain dicts, snapshots that do not change.
    """

    def __init__(self, state: State, chat: Chat) -> None:
        self._state = state
        self._chat = chat
        # By id(), with the entries themselves so that no id is given to another one.
        self._returned: dict[int, HistoryEntry] = {}

    @property
    def id(self) -> int:
        """The user id, which is the id of the chat too."""
        return self._chat.id

    @property
    def name(self) -> str:
        """The first name."""
        return self._chat.name

    @property
    def language(self) -> str:
        """The language code that the bot sees; may be changed."""
        return self._chat.language

    @language.setter
    def language(self, code: str) -> None:
        self._chat.language = code

    @property
    def messages(self) -> list[Json]:
        """The chat as it is now, oldest message first."""
        return [self._chat.render(message_id) for message_id in self._chat.messages]

    @property
    def history(self) -> list[HistoryEntry]:
        """Everything that happened in the chat, oldest first."""
        return list(self._chat.history)

    async def send_text(self, text: str, reply_to: Json | None = None) -> Json:
        """Write a text or a command."""
        entities = automatic_entities(text)
        content = {"text": text, "entities": entities} if entities else {"text": text}
        return self._send(content, reply_to)

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

    async def send_album(self, pictures: Iterable[bytes]) -> list[Json]:
        """Send several photos at once: one message each, with the same media_group_id."""
        photos = [await self._state.files.add_photo(data) for data in pictures]
        album = {"media_group_id": str(next(_album_ids))}
        return [self._send({**photo, **album}) for photo in photos]

    async def send_document(
        self,
        data: bytes,
        file_name: str,
        mime_type: str | None = None,
        caption: str | None = None,
    ) -> Json:
        """Send a file byte for byte; its type is guessed from the name unless given."""
        content = await self._state.files.add_document(data, file_name, mime_type)
        return self._send({**content, **_caption(caption)})

    async def send_other(self, kind: str, data: bytes = b"", file_name: str | None = None) -> Json:
        """Send a sticker, voice, video, animation, audio, video_note, location, contact or dice."""
        return self._send(other_content(self._state.files, kind, data, file_name))

    async def edit_text(self, message: Json, text: str) -> Json:
        """Change a text message of one's own."""
        edited = self._state.replace(self._chat, message["message_id"], {"text": text})
        self._state.updates.add("edited_message", edited, self.id)
        return edited

    async def delete(self, message: Json) -> None:
        """Delete a message; the bot is not told. KeyError when it is gone already."""
        self._state.delete(self._chat, message["message_id"])

    def block(self) -> None:
        """Block the bot: what it sends is refused from now on."""
        self._chat.blocked = True

    def unblock(self) -> None:
        """Let the bot write again."""
        self._chat.blocked = False

    async def press(
        self,
        button: str,
        message: Json | None = None,
        timeout: float = 15.0,  # noqa: ASYNC109
    ) -> str | None:
        """Press an inline button and return the text with which the bot answers, if any.

        Args:
            button: its callback data or its label.
            message: the message with the button, as it was seen (so that a keyboard which the
                bot has changed meanwhile can still be hit); by default the newest message that
                has such a button now.
            timeout: seconds to wait for answerCallbackQuery.

        Raises:
            LookupError: there is no such button, or its message was deleted.
            TimeoutError: the bot did not answer.
        """
        return (await self.press_for_answer(button, message, timeout)).text

    async def press_for_answer(
        self,
        button: str,
        message: Json | None = None,
        timeout: float = 15.0,  # noqa: ASYNC109
    ) -> CallbackAnswer:
        """Press an inline button as `press` does; return text and show_alert."""
        found = find_button(self.messages[::-1] if message is None else [message], button)
        if found is None:
            raise LookupError(self._report(f"no button {button!r}"))
        data, message_id = found
        if message_id not in self._chat.messages:
            raise LookupError("the message with the button was deleted")
        query = self._state.callbacks.open(self.id)
        payload = {
            "id": query.id,
            "from": self._chat.user(),
            "message": self._chat.render(message_id),
            "chat_instance": str(self.id),
            "data": data,
        }
        self._state.updates.add("callback_query", payload, self.id)

        def answer() -> CallbackAnswer | None:
            return query.answer.result() if query.answer.done() else None

        try:
            return await self._state.events.wait_until(answer, timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report(f"no answer to the button {button!r}")) from error

    async def wait_for(self, predicate: Predicate, timeout: float = 30.0) -> Json:  # noqa: ASYNC109
        """Return the first message of the bot that fulfils the predicate.

        Every state that a message of the bot has had counts, in order and once: what was sent
        and every edit of it, even if it was changed or deleted since (`messages` has the
        present). A state that an earlier call returned is not returned again.

        Raises:
            TimeoutError: none came within `timeout` seconds; its text lists the chat.
        """
        try:
            return await self._state.events.wait_until(lambda: self._take(predicate), timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report("no such message of the bot")) from error

    async def wait_until(
        self,
        condition: Callable[[], object],
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> None:
        """Wait for something that is asked anew after each event of the playground.

        Raises:
            TimeoutError: it did not come true within `timeout` seconds; its text lists the chat.
        """
        try:
            await self._state.events.wait_until(lambda: bool(condition()) or None, timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report("the condition did not come true")) from error

    async def download(self, message: Json) -> bytes:
        """Return the document of a message, or its photo in the largest size.

        Raises:
            LookupError: the message has no file, or the file was dropped.
        """
        wanted = file_id(message)
        file = self._state.files.get(wanted) if wanted else None
        if file is None:
            raise LookupError("the message has no file, or it is not kept any more")
        return file.data

    def _send(self, content: Json, reply_to: Json | None = None) -> Json:
        self._chat.started = True
        reply_id = reply_to["message_id"] if reply_to else None
        message = self._state.post(self._chat, self._chat.user(), content, reply_id)
        self._state.updates.add("message", message, self.id)
        return message

    def _take(self, predicate: Predicate) -> Json | None:
        for entry in self._chat.history:
            if entry.kind not in {"message", "edited"} or id(entry) in self._returned:
                continue
            if entry.payload["from"]["is_bot"] and predicate(entry.payload):
                self._returned[id(entry)] = entry
                message: Json = entry.payload
                return message
        return None

    def _report(self, problem: str) -> str:
        return f"{problem}; {transcript(self.name, self.messages)}"


def _caption(caption: str | None) -> Json:
    return {"caption": caption} if caption else {}
