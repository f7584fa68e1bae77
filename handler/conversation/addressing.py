"""What a message says to the bot, and about which picture."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from handler.conversation.attachment import Attachment, attachment_of

GROUPS: Final = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})

Address = Literal["command", "name", "reply", "chat"]
"""By a command, by its name, by a reply to it, or in a chat where nobody else is."""

_NAME: Final = re.compile(r"@(\w+)", re.ASCII)
_COMMAND: Final = re.compile(r"/\w+(?:@(\w+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words for the bot."""

    words: str
    """Without the bot's name; may be empty."""
    address: Address
    picture: Message | None
    """The message with the picture that they are about: the same one, or the one it replies to."""
    attachment: Attachment | None
    """Of that message."""


async def spoken_to(message: Message, bot: Bot) -> Spoken | None:
    """Return what a message says to the bot; None where it is not meant.

    In a private chat every word is. In a group these are: commands, what mentions the bot, and
    replies to its messages; where privacy mode is on, Telegram hands over nothing else anyway.
    """
    text = message.text or message.caption or ""
    own_name = (await bot.me()).username if "@" in text else None
    is_own = {name: name.lower() == (own_name or "").lower() for name in _NAME.findall(text)}
    command = _COMMAND.match(text)
    if command and command[1] and not is_own[command[1]]:
        return None  # another bot's
    address: Address
    if command:
        address = "command"
    elif any(is_own.values()):
        address = "name"
    elif message.chat.type not in GROUPS:
        address = "chat"
    elif _replies_to(bot, message):
        address = "reply"
    else:
        return None
    words = _NAME.sub(lambda found: "" if is_own[found[1]] else found[0], text).strip()
    # A picture that replies to another one is itself what its caption is about.
    picture = next((m for m in (message, message.reply_to_message) if m and attachment_of(m)), None)
    return Spoken(words, address, picture, attachment_of(picture) if picture else None)


def asker_of(event: Message | CallbackQuery) -> int | None:
    """Return the id of who asks in a group; None elsewhere, and of who hides behind the group."""
    message = event.message if isinstance(event, CallbackQuery) else event
    is_hidden = isinstance(event, Message) and event.sender_chat is not None
    if message is None or message.chat.type not in GROUPS or is_hidden:
        return None
    return event.from_user.id if event.from_user else None


def _replies_to(bot: Bot, message: Message) -> bool:
    """Say whether a message replies to one of the bot's."""
    original = message.reply_to_message
    author = original.from_user if original else None
    return author is not None and author.id == bot.id
