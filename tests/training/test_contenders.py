"""Networks that are to be judged."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from skimage import data
from torch import Tensor

from model_layer.networks.network import Network
from model_layer.networks.registry import build, load_strictly
from model_layer.store.store import ModelStore, ModelStoreError
from model_layer.upscaling import effect as upscale
from tests.model_layer.conftest import random_weights
from tests.training.runs import trained
from training import contenders
from training.frame import TrainingError
from training.upscaler import Settings, Trained

PHOTO = Image.fromarray(data.astronaut()[:20, :24])
PAN = Settings(scale=3, architecture="pan", parameters='{"nb": 1, "nf": 8, "unf": 4}')


def enlarged(network: Network, weights: dict[str, Tensor]) -> Image.Image:
    load_strictly(network.module, weights)
    network.module.eval()
    return upscale.apply(network, PHOTO)


def test_all_models_of_a_scale(tiny_weights: Path) -> None:
    (found,) = contenders.models(ModelStore.from_folder(tiny_weights), 3)
    assert found.name == "edsr-x3"
    assert found.scale == 3
    expected = random_weights("edsr", {"scale": 3, "n_resblocks": 1, "n_feats": 4}, seed=3)
    network = build("edsr", {"scale": 3, "n_resblocks": 1, "n_feats": 4})
    assert found.enlarge(PHOTO) == enlarged(network, expected)
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


@pytest.mark.parametrize("file", [".", "checkpoint.pt"])
def test_a_training_says_what_it_is(tmp_path: Path, file: str) -> None:
    run = trained(tmp_path / "small pan", PAN)
    found = contenders.of_run(run / file)
    assert found.name == "small pan"
    assert found.scale == 3
    network = build(PAN.architecture, PAN.architecture_parameters)
    assert found.enlarge(PHOTO) == enlarged(network, Trained.read(run).weights)


def test_other_files_do_not(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        contenders.of_run(tmp_path)
    path = tmp_path / "checkpoint.pt"
    path.write_text("hello")
    with pytest.raises(TrainingError, match=r"checkpoint\.pt: damaged"):
        contenders.of_run(path)
    torch.save({"step": 1, "settings": {}}, path)
    with pytest.raises(TrainingError, match="not the checkpoint of an upscaler"):
        contenders.of_run(path)
