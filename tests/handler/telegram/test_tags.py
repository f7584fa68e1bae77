"""Tags of buttons: for whom a button is."""

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st

from handler.telegram.callback_data import MAX_BYTES, MAX_TAG, Wish, as_wish
from handler.telegram.tags import is_for, make_tag, only_for, tag_of
from model_layer.effects import Neon, Strength
from tests.handler.running_bot import TOKEN

people = st.integers(1, 2**52 - 1)


@given(people, people)
def test_a_tag_is_one_persons(person: int, other: int) -> None:
    tag = make_tag(TOKEN, person)
    assert len(tag) <= MAX_TAG
    assert is_for(tag, TOKEN, person)
    assert is_for(tag, TOKEN, other) == (person == other)


def test_a_tag_is_one_bots() -> None:
    assert not is_for(make_tag("1:another", 7), TOKEN, 7)


@given(st.text(), people)
def test_nothing_else_is_a_tag(tag: str, person: int) -> None:
    assert not is_for(tag, TOKEN, person)


@given(people)
def test_the_longest_button_can_be_tagged(person: int) -> None:
    longest = str(Wish(Neon(Strength.SOFT, "-" * 30), own=True, form="jpeg"))
    (((button,),)) = _only_for(person, longest, TOKEN)
    assert button is not None
    assert len(button.encode()) <= MAX_BYTES
    assert is_for(tag_of(button), TOKEN, person)
    assert as_wish(button) == as_wish(longest).tagged(tag_of(button))  # type: ignore[union-attr]


def test_buttons_for_everybody_stay_so() -> None:
    assert _only_for(None, "neon:neon", TOKEN) == [["neon:neon"]]
    assert _only_for(7, "start", TOKEN) == [["start"]]
    assert only_for(7, None, TOKEN) is None


@pytest.mark.parametrize("data", [None, "", "start", "neon:neon", "@lights"])
def test_most_buttons_have_no_tag(data: str | None) -> None:
    assert tag_of(data) == ""


def _only_for(person: int | None, data: str, token: str) -> list[list[str | None]]:
    button = InlineKeyboardButton(text="Neon", callback_data=data)
    keyboard = only_for(person, InlineKeyboardMarkup(inline_keyboard=[[button]]), token)
    assert keyboard is not None
    return [[button.callback_data for button in row] for row in keyboard.inline_keyboard]
