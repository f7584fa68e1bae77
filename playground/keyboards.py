"""Checks of the keyboards that a bot puts under its messages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playground.errors import bad_request
from playground.events import Json

MAX_BUTTONS = 100
MAX_CALLBACK_DATA_BYTES = 64
# What a button does: exactly one of these. The last ones open things that the playground has not.
ACTIONS = (
    "callback_data",
    "url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "web_app",
    "disabled",
)
DECORATIONS = ("text", "style", "icon_custom_emoji_id")
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def checked_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """Return the inline keyboard to store with a message, None when there is none.

    Raises:
        ApiError: the markup is one that Telegram refuses.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if inline_only and any(key in markup for key in OTHER_MARKUPS):
            raise bad_request("inline keyboard expected")
        # Telegram's answers never show the other markups.
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    checked = [[_checked_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in checked) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": checked} if checked else None


def _checked_button(button: Any) -> Json:
    problem = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(problem + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request(problem + 'Field "text" must be a non-empty String')
    unknown = [key for key in button if key not in ACTIONS + DECORATIONS]
    if unknown:
        raise bad_request(problem + f"unknown field '{unknown[0]}'")
    actions = [key for key in ACTIONS if key in button]
    if len(actions) != 1:
        raise bad_request(problem + "Text buttons are unallowed in the inline keyboard")
    if actions[0] == "callback_data":
        _check_callback_data(button["callback_data"])
    elif actions[0] == "url":
        _check_url(button["url"])
    return dict(button)


def _check_callback_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    wrong = bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    try:
        parts = urlsplit(str(url))
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in {"http", "https", "tg"} or not parts.netloc:
        raise wrong
