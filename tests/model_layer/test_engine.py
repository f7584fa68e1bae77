"""The engine."""

from pathlib import Path

import pytest

from model_layer.effects import Effect, Neon, offered_effects
from model_layer.engine import Engine
from model_layer.store.store import ModelStore, ModelStoreError
from tests.model_layer.neon.test_effect import noise


@pytest.mark.parametrize("effect", offered_effects(), ids=lambda effect: effect.code)
def test_every_effect_gives_the_size_it_promises(tiny_weights: Path, effect: Effect) -> None:
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")
    seen: list[float] = []
    photo = noise(50, 30, "RGBA")
    result = engine.apply(effect, photo, seen.append)
    assert result.size == effect.output_size(photo.size)
    assert result.mode == ("RGB" if effect.for_viewing else "RGBA")
    assert seen[0] == 0.0
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_missing_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelStoreError):
        Engine(ModelStore.from_folder(tmp_path)).apply(Neon(), noise(8, 8))


def test_an_aborted_job_does_not_block_the_next(tiny_weights: Path) -> None:
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")

    def abort(share: float) -> None:
        if share > 0.1:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        engine.apply(Neon(), noise(8, 8), abort)
    assert engine.apply(Neon(), noise(8, 8)).size == (8, 8)
