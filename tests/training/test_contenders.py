"""Networks that are to be judged."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from model_layer.store.store import ModelStore, ModelStoreError
from tests.model_layer.conftest import random_weights
from training import contenders
from training.upscaler_recipe import UpscalerRecipe
from training.upscaler_run import UpscalerRun

RECIPE = UpscalerRecipe(scale=3, architecture="pan", options={"nb": 1, "nf": 8, "unf": 4})


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """The best weights of a training."""
    run = UpscalerRun(RECIPE, torch.device("cpu"))
    run.losses = [0.1]
    (tmp_path / "small pan").mkdir()
    run.judged(tmp_path / "small pan", 30.0)
    return tmp_path / "small pan" / "best.safetensors"


def test_all_models_of_a_scale(tiny_weights: Path) -> None:
    (found,) = contenders.models(ModelStore.from_folder(tiny_weights), 3)
    assert found.name == "edsr-x3"
    assert found.network.scale == 3
    assert not found.network.module.training
    expected = random_weights("edsr", {"scale": 3, "n_resblocks": 1, "n_feats": 4}, seed=3)
    own = found.network.module.state_dict()
    assert all(torch.equal(own[key], value) for key, value in expected.items())
    assert found.weights == sum(value.numel() for value in expected.values())


def test_models_by_name(tiny_weights: Path) -> None:
    store = ModelStore.from_folder(tiny_weights)
    names = ["edsr-x2", "edsr-x4"]
    assert [c.name for c in contenders.models(store, 2, names)] == ["edsr-x2"]
    assert contenders.models(store, 3, names) == []


@pytest.mark.parametrize("name", ["edsr-x5", "neon"])
def test_a_model_that_is_no_upscaler_is_named(tiny_weights: Path, name: str) -> None:
    with pytest.raises(ModelStoreError, match=f"holds no upscaler {name}"):
        contenders.models(ModelStore.from_folder(tiny_weights), 2, ["edsr-x2", name])


def test_a_damaged_model_is_named(own_weights: Path) -> None:
    path = own_weights / "edsr-x2.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(ModelStoreError, match="edsr-x2"):
        contenders.models(ModelStore.from_folder(own_weights), 2)


def test_the_weights_of_a_training_say_what_they_are(trained: Path) -> None:
    found = contenders.of_file(trained)
    assert found.name == "small pan"
    assert found.network.scale == 3
    assert contenders.recipe_of(trained) == RECIPE


def test_other_weights_do_not(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match=r"weights\.safetensors: says nothing"):
        contenders.of_file(path)
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"weights\.safetensors: not a safetensors file"):
        contenders.of_file(path)
