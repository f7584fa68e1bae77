"""A group of people with the bot in it."""

from __future__ import annotations

import time

from playground.chats import Chat
from playground.events import Json
from playground.person import Person
from playground.state import State


class Group:
    """A group; made by ``Playground.group``."""

    def __init__(self, state: State, chat: Chat) -> None:
        self._state = state
        self._chat = chat

    @property
    def id(self) -> int:
        """The id of the chat, below zero."""
        return self._chat.id

    @property
    def title(self) -> str:
        """What the group is called."""
        return self._chat.title

    @property
    def members(self) -> list[Person]:
        """The people, each as they act and see in this group; the bot is not among them."""
        return [Person(self._state, user, self._chat) for user in self._chat.members]

    def member(self, person: Person | int) -> Person:
        """Return a person (or the one of this id) as they act in this group; LookupError if none.

        Each call starts anew with what ``wait_for`` has not returned yet.
        """
        wanted = person if isinstance(person, int) else person.id
        for member in self.members:
            if member.id == wanted:
                return member
        raise LookupError("no such member of the group")

    @property
    def messages(self) -> list[Json]:
        """The chat as it is now, oldest message first."""
        return [self._chat.render(message_id) for message_id in self._chat.messages]

    def announce(self) -> None:
        """Tell everybody, and the bot, that the group has been made with it."""
        maker = self._chat.members[0].json()
        message = self._state.post(self._chat, maker, {"group_chat_created": True})
        self._state.updates.add("my_chat_member", self._membership("left", "member"), self.id)
        self._state.updates.add("message", message, self.id)

    def remove_bot(self) -> None:
        """Remove the bot from the group: it hears nothing and what it sends is refused."""
        self._chat.closed = True
        self._state.updates.add("my_chat_member", self._membership("member", "kicked"), self.id)

    def mute_bot(self) -> None:
        """Let the bot write nothing here from now on."""
        self._chat.muted = True

    def upgrade(self) -> Group:
        """Return the supergroup that this group becomes; its messages stay behind."""
        new = self._state.upgrade(self._chat)
        maker = self._chat.members[0].json()
        for chat, word, other in (
            (self._chat, "migrate_to_chat_id", new.id),
            (new, "migrate_from_chat_id", self.id),
        ):
            message = self._state.post(chat, maker, {word: other})
            self._state.updates.add("message", message, chat.id)
        return Group(self._state, new)

    def _membership(self, before: str, after: str) -> Json:
        def member(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._state.bot_user(), "status": status, **until}

        return {
            "chat": self._chat.json(),
            "from": self._chat.members[0].json(),
            "date": int(time.time()),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
