"""Tags of buttons in groups: for whom a button is.

A tag is the person's id, with a part of its HMAC under the bot's token, so that nobody writes one
for somebody else. It ends what a button sends back (:mod:`handler.telegram.callback_data`).
"""

import base64
import hashlib
import hmac
from typing import Final

from aiogram.types import InlineKeyboardMarkup

from handler.telegram.callback_data import UnknownDataError, parse

_ID_BYTES: Final = 7
"""Telegram's ids have at most 52 bits."""
_MAC_BYTES: Final = 5
_PURPOSE: Final = b"for whom a button is:"


def make_tag(token: str, person_id: int) -> str:
    """Return the tag of a person: 16 characters of A-Z a-z 0-9 _ -.

    Args:
        token: of the bot, the key.
        person_id: of the person, above zero.
    """
    person = person_id.to_bytes(_ID_BYTES, "big")
    mac = hmac.digest(token.encode(), _PURPOSE + person, hashlib.sha256)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(person + mac).decode()


def is_for(tag: str, token: str, person_id: int) -> bool:
    """Say whether a tag is a person's, in constant time."""
    return hmac.compare_digest(tag.encode(), make_tag(token, person_id).encode())


def only_for(
    person_id: int | None, keyboard: InlineKeyboardMarkup | None, token: str
) -> InlineKeyboardMarkup | None:
    """Return a keyboard whose buttons are for one person; for everybody where there is none."""
    if person_id is None or keyboard is None:
        return keyboard
    tag = make_tag(token, person_id)
    rows = [
        [b.model_copy(update={"callback_data": _tagged(b.callback_data, tag)}) for b in row]
        for row in keyboard.inline_keyboard
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def tag_of(data: str | None) -> str:
    """Return the tag in what a button sent back; empty where there is none."""
    try:
        return parse(data).tag
    except UnknownDataError:
        return ""


def _tagged(data: str | None, tag: str) -> str | None:
    try:
        return str(parse(data).tagged(tag))
    except UnknownDataError:  # a link, or a button that is for everybody
        return data
