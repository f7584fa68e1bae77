"""Effects and their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_layer.effects import (
    Effect,
    Neon,
    Strength,
    UnknownEffectError,
    Upscale,
    offered_effects,
    parse_effect,
)


@pytest.mark.parametrize("effect", offered_effects())
def test_a_code_leads_back_to_its_effect(effect: Effect) -> None:
    assert parse_effect(effect.code) == effect


def test_codes_are_short_enough_for_callback_data() -> None:
    assert all(len(effect.code.encode()) <= 64 for effect in offered_effects())


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    if text in {effect.code for effect in offered_effects()}:
        return
    with pytest.raises(UnknownEffectError):
        parse_effect(text)


def test_sizes_of_results() -> None:
    assert Neon(Strength.MAX).output_size((30, 20)) == (30, 20)
    assert Upscale(3).output_size((30, 20)) == (90, 60)


@pytest.mark.parametrize("scale", [0, 1, 5])
def test_other_scales_do_not_exist(scale: int) -> None:
    with pytest.raises(UnknownEffectError):
        Upscale(scale)
