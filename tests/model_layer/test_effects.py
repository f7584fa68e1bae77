"""Effects and their codes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_layer.effects import (
    Effect,
    Look,
    Neon,
    Strength,
    UnknownEffectError,
    Upscale,
    next_of,
    offered_effects,
    parse_effect,
)


@pytest.mark.parametrize("effect", offered_effects())
def test_a_code_leads_back_to_its_effect(effect: Effect) -> None:
    assert parse_effect(effect.code) == effect


def test_codes_are_short_enough_for_callback_data() -> None:
    assert all(len(effect.code.encode()) <= 64 for effect in offered_effects())


@pytest.mark.parametrize("light", ["auto+1", "auto+99", "miami", "ultraviolet", "Az09-_" * 5])
@pytest.mark.parametrize("strength", Strength)
def test_every_light_has_a_code_that_fits_into_a_button(light: str, strength: Strength) -> None:
    effect = Neon(strength, light)
    assert parse_effect(effect.code) == effect
    assert len(effect.code.encode()) <= 40


def test_the_light_that_suits_the_photo_goes_without_saying() -> None:
    assert Neon().code == "neon:neon"
    assert parse_effect("neon:max") == Neon(Strength.MAX)
    assert Neon(Strength.MAX, "miami").code == "neon:max:miami"


@pytest.mark.parametrize(
    ("light", "number"),
    [("auto", 0), ("auto+1", 1), ("auto+12", 12), ("auto+0", None), ("auto+100", None),
     ("auto+", None), ("miami", None), ("auto+1\n", None)],
)  # fmt: skip
def test_which_of_the_lights_that_suit(light: str, number: int | None) -> None:
    assert next_of(light) == number


@pytest.mark.parametrize(
    "light", ["", "Miami", "auto+0", "max", "A" * 29, "é" * 30, "A" * 29 + " "]
)
def test_unknown_lights_are_refused_and_the_known_ones_named(light: str) -> None:
    with pytest.raises(UnknownEffectError, match="miami"):
        Neon(light=light)


def test_a_faithful_look_goes_without_saying() -> None:
    assert Upscale(2).code == "upscale:2"
    crisp = Upscale(3, Look.CRISP)
    assert (crisp.code, crisp.suffix) == ("upscale:3:crisp", "x3-crisp")
    assert parse_effect("upscale:3:crisp") == crisp


@given(st.text())
def test_any_text_is_refused_or_the_code_of_its_effect(text: str) -> None:
    with suppress(UnknownEffectError):
        assert parse_effect(text).code == text


@pytest.mark.parametrize(
    "code",
    ["neon", "neon:", "neon::max", "neon:auto", "neon:max:auto", "neon:max:auto:", "neon:max:x",
     "neon:max:auto+01", "Neon:max", "upscale:5", "upscale:02",
     "upscale:2:faithful", "upscale:2:nice"],
)  # fmt: skip
def test_codes_that_are_nearly_right_are_refused(code: str) -> None:
    with pytest.raises(UnknownEffectError):
        parse_effect(code)


def test_sizes_of_results() -> None:
    assert Neon().output_size((30, 20)) == (30, 20)
    assert Upscale(3).output_size((30, 20)) == (90, 60)


@pytest.mark.parametrize("scale", [0, 1, 5])
def test_other_scales_do_not_exist(scale: int) -> None:
    with pytest.raises(UnknownEffectError):
        Upscale(scale)
