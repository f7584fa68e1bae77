"""The chats of the playground: who is there, and what has been said."""

from __future__ import annotations

import copy
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from playground.callbacks import CallbackQueries
from playground.errors import bad_request
from playground.events import Event, EventHub, Json
from playground.files import FileStore
from playground.profile import Profile
from playground.updates import UpdateQueue
from playground.webhook import WebhookDelivery

MESSAGES_KEPT = 1000
HISTORY_KEPT = 5000
FIRST_USER_ID = 100_001


class HistoryEntry(NamedTuple):
    """One event of a chat, with a snapshot of what it was about; `time` is monotonic."""

    kind: str
    payload: Any
    time: float


@dataclass
class StoredMessage:
    """A message as it is now.

    Attributes:
        content: Telegram's Message, without `reply_to_message`.
        reply_to: the message_id that it answers, if any.
    """

    content: Json
    reply_to: int | None = None


@dataclass
class Chat:
    """A person's private chat with the bot; its id is the person's user id too.

    Attributes:
        started: whether the person has ever written; a bot cannot be the first to speak.
        blocked: whether the person has blocked the bot.
    """

    id: int
    name: str
    language: str
    started: bool = False
    blocked: bool = False
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    history: deque[HistoryEntry] = field(default_factory=lambda: deque(maxlen=HISTORY_KEPT))

    def user(self) -> Json:
        """Return the person as Telegram's User."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }

    def summary(self) -> Json:
        """Return what the chat page needs to list this chat."""
        return {"id": self.id, "name": self.name, "language": self.language}

    def render(self, message_id: int) -> Json:
        """Return a copy of a message, with the message it replies to while that exists."""
        message = self.messages[message_id]
        rendered = copy.deepcopy(message.content)
        if message.reply_to is not None and message.reply_to in self.messages:
            # As in Telegram, a reply inside a reply is not shown.
            rendered["reply_to_message"] = copy.deepcopy(self.messages[message.reply_to].content)
        return rendered


class State:
    """All that a playground remembers.

    Args:
        token: the bot's token; the number before the colon becomes its user id.
    """

    def __init__(self, token: str) -> None:
        self.bot_id = int(token.partition(":")[0])
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.events = EventHub()
        self.updates = UpdateQueue()
        self.webhook = WebhookDelivery(self.updates)
        self.callbacks = CallbackQueries()
        self.profile = Profile()
        self._message_ids = itertools.count(1)
        self._user_ids = itertools.count(FIRST_USER_ID)

    def bot_user(self) -> Json:
        """Return the bot as Telegram's User."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.name(),
            "username": self.profile.username,
        }

    def add_chat(self, name: str, language: str) -> Chat:
        """Add a person and their chat with the bot."""
        chat = Chat(next(self._user_ids), name, language)
        self.chats[chat.id] = chat
        self.events.publish(Event("chat", chat.id, chat.summary()))
        return chat

    def chat(self, chat_id: object) -> Chat:
        """Return a chat; ApiError when there is none of this id."""
        if not isinstance(chat_id, int) or chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    def record(self, kind: str, chat: Chat, payload: object) -> None:
        """Write an event into the chat's history and tell the listeners."""
        event = Event(kind, chat.id, payload)
        chat.history.append(HistoryEntry(kind, payload, event.time))
        self.events.publish(event)

    def post(self, chat: Chat, sender: Json, content: Json, reply_to: int | None = None) -> Json:
        """Add a message to a chat and return it as Telegram's Message."""
        message_id = next(self._message_ids)
        head: Json = {
            "message_id": message_id,
            "from": sender,
            "chat": {"id": chat.id, "type": "private", "first_name": chat.name},
            "date": int(time.time()),
        }
        chat.messages[message_id] = StoredMessage({**head, **copy.deepcopy(content)}, reply_to)
        while len(chat.messages) > MESSAGES_KEPT:
            del chat.messages[next(iter(chat.messages))]
        self.record("message", chat, chat.render(message_id))
        return chat.render(message_id)

    def replace(self, chat: Chat, message_id: int, content: Json) -> Json:
        """Put a new content (everything but the head) into a message and return it."""
        message = chat.messages[message_id]
        head = {key: message.content[key] for key in ("message_id", "from", "chat", "date")}
        message.content = {**head, "edit_date": int(time.time()), **copy.deepcopy(content)}
        self.record("edited", chat, chat.render(message_id))
        return chat.render(message_id)

    def delete(self, chat: Chat, message_id: int) -> None:
        """Remove a message that exists."""
        del chat.messages[message_id]
        self.record("deleted", chat, {"message_id": message_id})
