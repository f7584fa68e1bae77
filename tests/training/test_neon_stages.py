"""The neon effect, stage by stage."""

from pathlib import Path

import pytest

from model_layer.effects import Neon, Strength
from model_layer.engine import Engine
from model_layer.images import decode, encode
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import draw
from training.neon_stages import STAGES, timed


@pytest.mark.parametrize("strength", Strength)
def test_what_is_timed_is_the_effect(
    tiny_weights: Path, tmp_path: Path, strength: Strength
) -> None:
    photo = draw(tmp_path / "photo.jpg").read_bytes()
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")
    expected = encode(engine.apply(Neon(strength=strength), decode(photo, 10**6).image), "JPEG")
    result, split = timed(engine.store.load(Neon()), photo, Neon(strength=strength))
    assert result == expected
    assert all(seconds > 0 for seconds in split.stages.values())
    assert split.total == pytest.approx(sum(split.stages[name] for name in STAGES))
