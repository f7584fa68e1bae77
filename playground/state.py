"""The chats of the playground: who is there, and what has been said."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Iterable

from playground.callbacks import CallbackQueries
from playground.chats import Chat, HistoryEntry, StoredMessage, User
from playground.errors import bad_request
from playground.events import Event, EventHub, Json
from playground.files import FileStore
from playground.profile import Profile
from playground.updates import UpdateQueue
from playground.webhook import WebhookDelivery

MESSAGES_KEPT = 5000
FIRST_USER_ID = 100_001
FIRST_GROUP_ID = -1_000_001
FIRST_SUPERGROUP_ID = -1_000_000_000_000


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
        self._album_ids = itertools.count(time.time_ns())
        self._user_ids = itertools.count(FIRST_USER_ID)
        self._group_ids = itertools.count(FIRST_GROUP_ID, -1)

    def bot_user(self) -> Json:
        """Return the bot as Telegram's User."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.name(),
            "username": self.profile.username,
        }

    def add_person(self, name: str, language: str) -> Chat:
        """Add a person and their chat with the bot."""
        user = User(next(self._user_ids), name, language)
        return self._add_chat(Chat(user.id, "private", name, [user]))

    def add_group(self, title: str, members: Iterable[User], *, hears_all: bool = False) -> Chat:
        """Add a group of people and the bot; the first of them has made it."""
        people = list(members)
        group = Chat(next(self._group_ids), "group", title, people, True, hears_all=hears_all)
        return self._add_chat(group)

    def upgrade(self, group: Chat) -> Chat:
        """Turn a group into a supergroup, a new chat; the old one is no more."""
        group.migrated_to = FIRST_SUPERGROUP_ID + group.id
        return self._add_chat(
            Chat(
                group.migrated_to,
                "supergroup",
                group.title,
                group.members,
                True,
                hears_all=group.hears_all,
            )
        )

    def _add_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.events.publish(Event("chat", chat.id, chat.summary()))
        return chat

    def new_album_id(self) -> str:
        """Return a media_group_id."""
        return str(next(self._album_ids))

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
            "chat": chat.json(),
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

    def clear(self, chat: Chat) -> None:
        """Remove every message of a chat; as in Telegram, the bot is not told."""
        chat.messages.clear()
        self.record("cleared", chat, None)
