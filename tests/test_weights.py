"""The weights in the repository are what their manifest says."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from model_layer.effects import Effect, Upscale, offered_effects
from model_layer.store.store import ModelStore
from model_layer.upscaling.effect import apply

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


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_photos_become_crisper_where_that_is_asked_for(scale: int) -> None:
    """By what is fine in them; and they stay the same photo."""
    sent = BytesIO()
    Image.fromarray(data.astronaut()[:120, 160:280]).save(sent, "JPEG", quality=80)
    photo = Image.open(sent).convert("RGB")
    crisp, faithful = (
        np.asarray(
            apply(STORE.load(effect, STORE.model(effect, "compressed")), photo).convert("L"), float
        )
        for effect in (Upscale(scale).for_compressed(), Upscale(scale))
    )
    steepness = [np.hypot(*np.gradient(picture)).mean() for picture in (crisp, faithful)]
    assert 1.05 < steepness[0] / steepness[1] < 2
    assert np.abs(crisp - faithful).mean() < 8


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
