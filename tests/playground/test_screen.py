from typing import Any

from playground.screen import file_id, find_button, transcript

ALICE = {"is_bot": False, "first_name": "Alice"}
KEYBOARD = {
    "inline_keyboard": [
        [
            {"text": "Neon", "callback_data": "neon:max"},
            {"text": "Site", "url": "https://x.example"},
        ]
    ]
}
PHOTO: dict[str, Any] = {
    "message_id": 1,
    "from": ALICE,
    "photo": [{"file_id": "small"}, {"file_id": "large"}],
    "caption": "Look",
}
CHOICE: dict[str, Any] = {
    "message_id": 2,
    "from": {"is_bot": True, "first_name": "Bot"},
    "text": "Choose",
    "reply_markup": KEYBOARD,
}


def test_buttons_are_found_by_data_and_label() -> None:
    assert find_button([PHOTO, CHOICE], "neon:max") == ("neon:max", 2)
    assert find_button([PHOTO, CHOICE], "Neon") == ("neon:max", 2)
    assert find_button([CHOICE], "Site") is None
    assert find_button([PHOTO], "Neon") is None


def test_file_of_a_message() -> None:
    assert file_id(PHOTO) == "large"
    assert file_id({"document": {"file_id": "paper"}}) == "paper"
    assert file_id(CHOICE) is None


def test_transcript() -> None:
    assert transcript("Alice", [PHOTO, CHOICE]).splitlines() == [
        "the chat of Alice is:",
        "#1 Alice: <photo> 'Look'",
        "#2 bot: 'Choose' ['neon:max', 'Site']",
    ]
    assert transcript("Alice", []).endswith("(empty)")
