"""Weights on their way into a folder."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from model_layer.effects import Neon, Upscale
from model_layer.networks.registry import build
from model_layer.store import packaging
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore, ModelStoreError
from tests.model_layer.conftest import random_weights

EDSR = {"scale": 2, "n_resblocks": 1, "n_feats": 4}


def add(folder: Path, name: str = "edsr", scale: int = 2, **changes: Any) -> Model:
    parameters = {**EDSR, "scale": scale}
    arguments: dict[str, Any] = {
        "weights": random_weights("edsr", parameters),
        "effect": "upscale",
        "architecture": "edsr",
        "parameters": parameters,
        "licence": "MIT",
        "scale": scale,
    }
    return packaging.add(folder, name, **{**arguments, **changes})


def names(folder: Path) -> list[str]:
    return [model.name for model in ModelStore.from_folder(folder).manifest.models]


def test_the_entry_says_what_the_file_is(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "weights"
    model = add(folder)
    data = (folder / "edsr.safetensors").read_bytes()
    assert model.sha256 == hashlib.sha256(data).hexdigest()
    assert model.bytes == len(data)
    weights = random_weights("edsr", EDSR)
    assert model.weights == sum(tensor.numel() for tensor in weights.values())
    assert (model.effect, model.scale, model.card) == ("upscale", 2, "edsr.md")
    assert ModelStore.from_folder(folder).manifest.models == (model,)
    assert {path.name for path in folder.iterdir()} == {"edsr.safetensors", "manifest.json"}


def test_what_was_added_loads_with_the_same_weights(tmp_path: Path) -> None:
    add(tmp_path)
    loaded = ModelStore.from_folder(tmp_path).load(Upscale(2)).module.state_dict()
    for key, value in random_weights("edsr", EDSR).items():
        assert torch.equal(loaded[key], value)


def test_half_precision_halves_the_file_and_hardly_changes_the_weights(tmp_path: Path) -> None:
    parameters = {"features": 4}
    weights = random_weights("pix2pix", parameters)
    sizes = {}
    for half in (True, False):
        model = packaging.add(
            tmp_path / str(half), "neon", weights, effect="neon", architecture="pix2pix",
            parameters=parameters, licence="MIT", half=half,
        )  # fmt: skip
        sizes[half] = model.bytes
    assert sizes[True] < 0.6 * sizes[False]
    stored = load_file(tmp_path / "True" / "neon.safetensors")
    assert stored["down1.conv.1.num_batches_tracked"].dtype == torch.int64
    loaded = ModelStore.from_folder(tmp_path / "True").load(Neon()).module.state_dict()
    for key, value in weights.items():
        assert loaded[key].dtype == value.dtype
        assert torch.allclose(loaded[key], value, rtol=1e-3, atol=1e-6)


def test_entries_are_ordered_by_effect_and_scale(tmp_path: Path) -> None:
    add(tmp_path, "four", 4)
    add(tmp_path, "two", 2)
    packaging.add(
        tmp_path, "neon", random_weights("pix2pix", {"features": 4}), effect="neon",
        architecture="pix2pix", parameters={"features": 4}, licence="MIT",
    )  # fmt: skip
    add(tmp_path, "three", 3)
    assert names(tmp_path) == ["neon", "two", "three", "four"]


def test_a_second_model_does_not_become_the_default(tmp_path: Path) -> None:
    add(tmp_path, "first")
    add(tmp_path, "another")
    assert names(tmp_path) == ["first", "another"]
    assert ModelStore.from_folder(tmp_path).model(Upscale(2)).name == "first"


def test_a_model_becomes_the_default_when_asked_to(tmp_path: Path) -> None:
    add(tmp_path, "first")
    add(tmp_path, "four", 4)
    add(tmp_path, "another", first=True)
    assert names(tmp_path) == ["another", "first", "four"]
    add(tmp_path, "first", first=True)
    assert names(tmp_path) == ["first", "another", "four"]


def test_an_entry_of_the_same_name_is_replaced_where_it_stands(tmp_path: Path) -> None:
    before = add(tmp_path, "first")
    add(tmp_path, "another")
    after = add(tmp_path, "first", weights=random_weights("edsr", EDSR, seed=1))
    assert names(tmp_path) == ["first", "another"]
    assert (
        ModelStore.from_folder(tmp_path).model(Upscale(2)).sha256 == after.sha256 != before.sha256
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {}}, "is missing"),
        ({"parameters": {**EDSR, "n_feats": 5}}, "has shape"),
        ({"architecture": "transformer"}, "unknown architecture 'transformer'"),
        ({"parameters": {"scale": 2, "depth": 1}}, "parameters of edsr: depth is not known"),
        ({"scale": 3, "parameters": EDSR}, "enlarges 2 times, not 3"),
        ({"name": "../escape"}, "cannot be the name of a model"),
        ({"name": ""}, "cannot be the name of a model"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        add(tmp_path / "weights", **{"weights": random_weights("edsr", EDSR), **changes})
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("value", "half"), [(float("nan"), False), (1e6, True)])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, value: float, half: bool) -> None:
    weights = random_weights("edsr", EDSR)
    weights["head.0.bias"][0] = value
    with pytest.raises(ValueError, match=r"head\.0\.bias holds values that are not finite"):
        add(tmp_path, weights=weights, half=half)


def test_a_malformed_manifest_is_left_alone(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"version": 2, "models": []}))
    with pytest.raises(ModelStoreError, match="malformed: version"):
        add(tmp_path)
    assert list(tmp_path.iterdir()) == [manifest]
    assert json.loads(manifest.read_text())["version"] == 2


def test_weights_are_read_from_safetensors(tmp_path: Path) -> None:
    save_file({"x": torch.arange(3)}, tmp_path / "a.safetensors")
    assert torch.equal(packaging.read_weights(tmp_path / "a.safetensors")["x"], torch.arange(3))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x80\x02}q\x00."])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(data)
    with pytest.raises(ValueError, match=r"weights\.bin: not a safetensors file"):
        packaging.read_weights(file)


@pytest.mark.parametrize("scale", [2, 3])
def test_operations_are_those_of_the_convolutions(scale: int) -> None:
    """Per input pixel: head and body once, the upsampler once, the tail scale² times."""
    network = build("edsr", {"scale": scale, "n_resblocks": 1, "n_feats": 4})
    head, body, upsampler = 3 * 4 * 9, 3 * 4 * 4 * 9, 4 * 4 * scale**2 * 9
    tail = 4 * 3 * 9 * scale**2
    assert packaging.operations_per_pixel(network) == 2 * (head + body + upsampler + tail)
