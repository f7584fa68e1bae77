"""People, their private chats with the bot and their groups, and what was said there."""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from playground.events import Json

HISTORY_KEPT = 5000


class HistoryEntry(NamedTuple):
    """One event of a chat, with a snapshot of what it was about; `time` is monotonic."""

    kind: str
    payload: Any
    time: float


@dataclass
class User:
    """A person; the id is that of their private chat with the bot, too."""

    id: int
    name: str
    language: str

    def json(self) -> Json:
        """Return Telegram's User."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }


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
    """A person's private chat with the bot, or a group that the bot is in.

    Attributes:
        id: below zero for a group.
        title: the person's name, or the group's.
        started: whether a person has ever written; a bot cannot be the first to speak to one.
        closed: whether the person has blocked the bot, or the group has removed it.
        hears_all: whether the bot's privacy mode is off in this group.
        muted: whether the bot may not write in this group.
        migrated_to: the id of the supergroup that this group has become, or None.
    """

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    members: list[User]
    started: bool = False
    closed: bool = False
    hears_all: bool = False
    muted: bool = False
    migrated_to: int | None = None
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    history: deque[HistoryEntry] = field(default_factory=lambda: deque(maxlen=HISTORY_KEPT))

    @property
    def is_private(self) -> bool:
        """Whether one person speaks with the bot alone."""
        return self.kind == "private"

    def json(self) -> Json:
        """Return Telegram's Chat."""
        name = "first_name" if self.is_private else "title"
        return {"id": self.id, "type": self.kind, name: self.title}

    def summary(self) -> Json:
        """Return what the chat page needs to list this chat."""
        summary: Json = {"id": self.id, "kind": self.kind, "name": self.title}
        if self.is_private:
            return {**summary, "language": self.members[0].language}
        return {**summary, "members": [member.id for member in self.members]}

    def render(self, message_id: int) -> Json:
        """Return a copy of a message, with the message it replies to while that exists."""
        message = self.messages[message_id]
        rendered = copy.deepcopy(message.content)
        if message.reply_to is not None and message.reply_to in self.messages:
            # As in Telegram, a reply inside a reply is not shown.
            rendered["reply_to_message"] = copy.deepcopy(self.messages[message.reply_to].content)
        return rendered
