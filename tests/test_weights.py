"""The weights in the repository are what their manifest says."""

from pathlib import Path

import pytest

from model_layer.effects import Effect, offered_effects
from model_layer.store.store import ModelStore

WEIGHTS = Path(__file__).parents[1] / "weights"
STORE = ModelStore.from_folder(WEIGHTS)


@pytest.mark.parametrize("effect", offered_effects(), ids=lambda effect: effect.code)
def test_every_effect_has_weights_that_load(effect: Effect) -> None:
    """Loading checks the checksum, every key and every shape."""
    network = STORE.load(effect)
    assert network.scale == STORE.model(effect).scale
    assert sum(value.numel() for value in network.module.state_dict().values()) == (
        STORE.model(effect).weights
    )


def test_every_model_has_a_card() -> None:
    for model in STORE.manifest.models:
        card = (WEIGHTS / model.card).read_text()
        assert model.name in card
        assert "Licence" in card


def test_sizes_are_those_of_the_files() -> None:
    for model in STORE.manifest.models:
        assert (WEIGHTS / model.file).stat().st_size == model.bytes


def test_nothing_else_is_shipped() -> None:
    known = {name for m in STORE.manifest.models for name in (m.file, m.card)}
    shown = {path.name for path in WEIGHTS.iterdir()}
    assert shown - known <= {"manifest.json", "sheets"}
