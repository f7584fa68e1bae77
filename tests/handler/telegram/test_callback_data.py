"""What buttons send back."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.telegram.callback_data import (
    MAX_BYTES,
    MAX_TAG,
    Action,
    UnknownDataError,
    Wish,
    as_action,
    as_wish,
    parse,
)
from handler.telegram.delivery import Form
from model_layer.effects import FAMILIES, Effect, Look, Neon, Strength, Upscale
from model_layer.rigs import rigs

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
lights = (
    st.sampled_from(["auto", *rigs()])
    | st.integers(1, 99).map("auto+{}".format)
    | st.text(LETTERS, min_size=30, max_size=30)
)
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Neon, st.sampled_from(Strength), lights),
    st.builds(Upscale, st.sampled_from([2, 3, 4]), st.sampled_from(Look), st.integers(0, 100_000)),
    *(st.sampled_from(family.offered()) for family in FAMILIES.values() if family.offered()),
)
tags = st.text(LETTERS, max_size=MAX_TAG)
wishes = st.builds(Wish, effects, st.booleans(), st.sampled_from([None, *get_args(Form)]), tags)


@given(wishes)
def test_every_effect_light_look_form_and_tag_fits_into_a_button(wish: Wish) -> None:
    assert len(str(wish).encode()) <= MAX_BYTES
    assert parse(str(wish)) == wish
    assert as_wish(str(wish)) == wish


def test_the_longest_wish_fills_the_button() -> None:
    longest = Wish(Neon(Strength.SOFT, "-" * 30), own=True, form="jpeg", tag="_" * MAX_TAG)
    assert len(str(longest)) == MAX_BYTES


@given(
    st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True),
    st.lists(st.text(LETTERS + ".+~", min_size=1, max_size=8), max_size=3).map(tuple),
    tags,
)
def test_actions_come_back_as_they_were(verb: str, arguments: tuple[str, ...], tag: str) -> None:
    action = Action(verb, arguments, tag)
    assert parse(str(action)) == action
    assert as_action(str(action), verb) == action
    assert as_wish(str(action)) is None


@given(st.text())
def test_whatever_is_read_is_written_the_same(data: str) -> None:
    try:
        found = parse(data)
    except UnknownDataError:
        return
    assert str(found) == data


@pytest.mark.parametrize(
    ("data", "wish"),
    [
        ("neon:soft", Wish(Neon(Strength.SOFT))),
        ("neon:neon", Wish(Neon())),
        ("neon:max:miami", Wish(Neon(Strength.MAX, "miami"))),
        ("upscale:3", Wish(Upscale(3))),
        ("upscale:2:crisp", Wish(Upscale(2, Look.CRISP))),
    ],
)
def test_buttons_of_earlier_versions_keep_their_meaning(data: str, wish: Wish) -> None:
    assert parse(data) == wish


@pytest.mark.parametrize(
    "data",
    [
        None, "", "start", "+", "~jpeg", "neon:neon~", "neon:neon~gif", "neon:neon#", "++neon:neon",
        "neon:neon#a b", f"neon:neon#{'a' * (MAX_TAG + 1)}", "neon:neon~jpeg~file", "#tag",
        "@", "@Verb", "@verb:", "@verb:a b", "@-verb", "@cancel:" + "9" * 60,
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: str | None) -> None:
    with pytest.raises(UnknownDataError):
        parse(data)


def test_a_button_is_tagged_for_one_person() -> None:
    assert str(Wish(Upscale(2), form="jpeg").tagged("abc")) == "upscale:2~jpeg#abc"
    assert str(Action("cancel", ("12",)).tagged("abc")) == "@cancel:12#abc"


def test_an_action_is_found_by_its_verb() -> None:
    assert as_action("@cancel:7", "cancel") == Action("cancel", ("7",))
    assert as_action("@cancel:7", "can") is None
    assert as_action("upscale:2", "upscale") is None
