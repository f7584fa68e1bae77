"""Which messages of a group reach a bot in privacy mode."""

from __future__ import annotations

from playground.chats import Chat
from playground.events import Json

SERVICE = ("group_chat_created", "new_chat_members", "left_chat_member")


def reaches_bot(chat: Chat, message: Json, bot: Json) -> bool:
    """Say whether Telegram tells the bot of a person's message.

    In a group that is told to hide what is not meant for the bot (as is usual) it gets service
    messages, commands unless they name another bot, replies to its own messages, and, as
    @BotFather promises, what mentions it. Telegram's documentation leaves mentions out, and there
    are bots whose owners see none: who relies on them should understand commands as well.
    """
    if chat.is_private or chat.hears_all:
        return True
    if any(key in message for key in SERVICE):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
        return True
    return any(_is_meant(words, kind, bot) for words, kind in _addresses(message))


def _addresses(message: Json) -> list[tuple[str, str]]:
    """Return the mentions of a message, and the command that it begins with."""
    words = message.get("text") or message.get("caption") or ""
    units = words.encode("utf-16-le")
    found = []
    for entity in message.get("entities") or message.get("caption_entities") or ():
        start, end = entity["offset"], entity["offset"] + entity["length"]
        text = units[2 * start : 2 * end].decode("utf-16-le")
        if entity["type"] == "mention" or (entity["type"] == "bot_command" and start == 0):
            found.append((text.lower(), entity["type"]))
    return found


def _is_meant(words: str, kind: str, bot: Json) -> bool:
    _, named, username = words.partition("@")
    meant = username == bot["username"].lower()
    return meant or (kind == "bot_command" and not named)
