from typing import Any

import pytest

from playground.errors import ApiError
from playground.keyboards import checked_markup


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


def test_good_keyboard_is_kept() -> None:
    markup = keyboard(
        {"text": "Neon", "callback_data": "я" * 32},
        {"text": "Site", "url": "https://x.example"},
    )
    assert checked_markup(markup) == markup


def test_empty_and_reply_keyboards_are_not_stored() -> None:
    assert checked_markup(None) is None
    assert checked_markup({"inline_keyboard": [[]]}) is None
    assert checked_markup({"remove_keyboard": True}) is None
    with pytest.raises(ApiError, match="inline keyboard expected"):
        checked_markup({"remove_keyboard": True}, inline_only=True)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard({"text": "x", "callback_data": "я" * 33}), "BUTTON_DATA_INVALID"),
        (keyboard({"text": "x", "callback_data": ""}), "BUTTON_DATA_INVALID"),
        (keyboard({"text": "x"}), "Text buttons are unallowed in the inline keyboard"),
        (keyboard({"text": " ", "callback_data": "x"}), 'Field "text" must be'),
        (keyboard({"text": "x", "callback_data": "x", "url": "https://x.example"}), "unallowed"),
        (keyboard({"text": "x", "url": "nowhere"}), "button URL 'nowhere' is invalid"),
        (keyboard({"text": "x", "callbackdata": "x"}), "unknown field 'callbackdata'"),
        (keyboard(*[{"text": "x", "callback_data": "x"}] * 101), "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": [{"text": "x", "callback_data": "x"}]}, "must be an Array"),
        ("text", "object expected as reply markup"),
    ],
)
def test_bad_keyboard_is_refused(markup: Any, reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        checked_markup(markup)
