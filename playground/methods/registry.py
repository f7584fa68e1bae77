"""The table of Bot API methods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.chats import Chat
from playground.errors import ApiError, bad_request, forbidden
from playground.parameters import Parameters
from playground.state import State


@dataclass(frozen=True)
class Invocation:
    """One call of a method: the playground's state, and checked parameters."""

    state: State
    parameters: Parameters

    def chat(self) -> Chat:
        """Return the chat that `chat_id` names; ApiError when there is none."""
        if self.parameters.get("chat_id") is None:
            raise bad_request("chat_id is empty")
        chat = self.state.chat(self.parameters.get("chat_id"))
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        return chat

    def open_chat(self, what: str | None = None) -> Chat:
        """Return the chat that `chat_id` names, when the bot may write there.

        Args:
            what: is to be sent ("photos"), where something is.
        """
        chat = self.chat()
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.closed:
            kicked = f"bot was kicked from the {chat.kind} chat"
            raise forbidden("bot was blocked by the user" if chat.is_private else kicked)
        if chat.muted and what:
            raise bad_request(f"not enough rights to send {what} to the chat")
        return chat


Handler = Callable[[Invocation], Awaitable[Any]]


@dataclass(frozen=True)
class Method:
    """A method of the Bot API.

    Attributes:
        name: as Telegram spells it; callers may use any case.
        types: its parameters and their types.
        ignored: parameters that Telegram knows and the playground has no use for.
        sends: whether flood control counts it.
    """

    name: str
    handler: Handler
    types: Mapping[str, str]
    ignored: frozenset[str]
    sends: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, types: Mapping[str, str], ignored: Iterable[str] = (), *, sends: bool = False
) -> Callable[[Handler], Handler]:
    """Enter the decorated function into the table under a method's name."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, handler, types, frozenset(ignored), sends)
        return handler

    return register
