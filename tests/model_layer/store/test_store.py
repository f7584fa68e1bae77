"""The model store: lazy, verified, strict, clear."""

import hashlib
import json
import pickle
import shutil
import threading
from pathlib import Path
from typing import Any, get_args

import pytest
import torch
from safetensors.torch import load_file, save

from model_layer.effects import Look, Neon, Upscale
from model_layer.store import packaging
from model_layer.store.manifest import Inputs, Model
from model_layer.store.sources import FolderSource
from model_layer.store.store import ModelStore, ModelStoreError
from tests.model_layer.conftest import random_weights


@pytest.fixture
def folder(tiny_weights: Path, tmp_path: Path) -> Path:
    """A copy of the tiny weights that a test may damage."""
    return Path(shutil.copytree(tiny_weights, tmp_path / "weights"))


def edit_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["models"][0].update(changes)
    path.write_text(json.dumps(manifest))


def test_loads_the_model_of_an_effect(folder: Path) -> None:
    store = ModelStore.from_folder(folder)
    assert store.load(Upscale(3)).scale == 3
    network = store.load(Neon())
    assert not network.module.training
    assert all(not p.requires_grad for p in network.module.parameters())
    assert {p.dtype for p in network.module.parameters()} == {torch.float32}


def test_the_weights_are_those_of_the_file(folder: Path) -> None:
    module = ModelStore.from_folder(folder).load(Upscale(2)).module
    stored = load_file(next(folder.glob("*x2*.safetensors")))
    assert all(torch.equal(value, stored[key]) for key, value in module.state_dict().items())


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    store = ModelStore.from_folder(tmp_path / "missing")
    with pytest.raises(ModelStoreError, match="missing"):
        store.load(Neon())


def test_one_load_per_process_even_from_many_threads(folder: Path) -> None:
    reads: list[str] = []

    class Counting(FolderSource):
        def fetch(self, model: Model) -> bytes:
            reads.append(model.name)
            return super().fetch(model)

    store = ModelStore(Counting(folder))
    threads = [threading.Thread(target=store.load, args=(Neon(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1


def test_an_effect_has_a_model_as_long_as_its_file_is_there(folder: Path) -> None:
    store = ModelStore.from_folder(folder)
    assert store.model(Neon()).name == "neon"
    (folder / "neon.safetensors").unlink()
    with pytest.raises(ModelStoreError, match=r"model neon: .*/neon\.safetensors: no such file"):
        store.model(Neon())
    assert store.model(Upscale(2))


def test_a_missing_manifest(tmp_path: Path) -> None:
    with pytest.raises(ModelStoreError, match=r"manifest\.json: No such file"):
        ModelStore.from_folder(tmp_path).load(Neon())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sha256": "x"}, "sha256"),
        ({"file": "../escape.safetensors"}, "file"),
        ({"file": "weights.pkl"}, "file"),
        ({"bytes": -1}, "bytes"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_malformed_manifest_names_the_field(
    folder: Path, changes: dict[str, Any], named: str
) -> None:
    edit_manifest(folder, **changes)
    with pytest.raises(ModelStoreError, match=f"malformed: models.0.{named}"):
        ModelStore.from_folder(folder).model(Neon())


def test_an_effect_without_a_model(folder: Path) -> None:
    edit_manifest(folder, effect="upscale", scale=2)
    with pytest.raises(ModelStoreError, match="no model for neon:neon"):
        ModelStore.from_folder(folder).load(Neon())


def test_a_damaged_file_is_refused(folder: Path) -> None:
    path = folder / "neon.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelStoreError, match=r"neon\.safetensors: wrong SHA-256"):
        ModelStore.from_folder(folder).load(Neon())


def replace_weights(folder: Path, data: bytes) -> None:
    (folder / "neon.safetensors").write_bytes(data)
    edit_manifest(folder, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def test_a_pickle_is_never_opened(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (folder / "exploded",))

    replace_weights(folder, pickle.dumps(Bomb()))
    with pytest.raises(ModelStoreError, match="model neon"):
        ModelStore.from_folder(folder).load(Neon())
    assert not (folder / "exploded").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop("final_up.0.bias"), r"final_up\.0\.bias is missing"),
        (lambda w: w.update(extra=torch.zeros(1)), "extra is not known"),
        (
            lambda w: w.update({"final_up.0.bias": torch.zeros(4)}),
            r"final_up\.0\.bias has shape \(4,\) instead of \(3,\)",
        ),
    ],
)
def test_keys_and_shapes_must_fit(folder: Path, change: Any, message: str) -> None:
    weights = load_file(folder / "neon.safetensors")
    change(weights)
    replace_weights(folder, save(weights))
    with pytest.raises(ModelStoreError, match=message):
        ModelStore.from_folder(folder).load(Neon())


def test_weights_of_another_scale_are_refused(folder: Path) -> None:
    """super-image's own loading accepts these without a word."""
    store = ModelStore.from_folder(folder)
    three = load_file(folder / store.model(Upscale(3)).file)
    parameters = store.model(Upscale(2)).parameters
    with pytest.raises(ValueError, match=r"tail.*shape"):
        packaging.add(
            folder, "wrong", three, effect="upscale", architecture="edsr",
            parameters=parameters, licence="MIT", scale=2,
        )  # fmt: skip


def test_an_unknown_architecture_is_named(folder: Path) -> None:
    edit_manifest(folder, architecture="transformer")
    with pytest.raises(ModelStoreError, match=r"unknown architecture 'transformer' \(known: a2n, "):
        ModelStore.from_folder(folder).load(Neon())


def test_of_several_models_the_one_that_computes_most_is_the_best(folder: Path) -> None:
    parameters = {"scale": 2, "n_resblocks": 2, "n_feats": 4}
    packaging.add(
        folder, "edsr-better-x2", random_weights("edsr", parameters), effect="upscale",
        architecture="edsr", parameters=parameters, licence="MIT", scale=2,
    )  # fmt: skip
    store = ModelStore.from_folder(folder)
    better, lighter = store.models(Upscale(2))
    assert (better.name, lighter.name) == ("edsr-better-x2", "edsr-x2")
    assert store.model(Upscale(2)) == lighter
    networks = [store.load(Upscale(2), model).module for model in (better, lighter)]
    sizes = [sum(p.numel() for p in network.parameters()) for network in networks]
    assert sizes[0] > sizes[1]
    assert store.load(Upscale(2)).module is networks[1]


def test_a_picture_is_given_to_a_model_that_was_trained_for_its_like(folder: Path) -> None:
    parameters = {"scale": 2, "n_resblocks": 1, "n_feats": 4}
    models: tuple[tuple[str, Inputs, int], ...] = (
        ("photos-x2", "compressed", 2),
        ("large-x2", "clean", 3),
        ("tiny-x2", "clean", 1),
    )
    for name, inputs, blocks in models:
        packaging.add(
            folder, name, random_weights("edsr", parameters | {"n_resblocks": blocks}),
            effect="upscale", architecture="edsr", parameters=parameters | {"n_resblocks": blocks},
            licence="MIT", inputs=inputs, scale=2,
        )  # fmt: skip
    store = ModelStore.from_folder(folder)
    photos = store.models(Upscale(2), "compressed")
    assert [model.name for model in photos] == ["photos-x2", "edsr-x2", "tiny-x2"]  # no "large-x2"
    assert store.models(Upscale(2))[0].name == "large-x2"
    assert store.model(Upscale(2), "compressed").name == "photos-x2"


def test_without_a_model_for_its_like_a_picture_is_given_to_the_default(folder: Path) -> None:
    store = ModelStore.from_folder(folder)
    for effect in (Neon(), Upscale(2)):
        assert store.model(effect, "compressed") == store.model(effect)
        assert store.models(effect, "compressed") == store.models(effect)


def test_a_look_prefers_its_own_models_and_makes_do_with_others(folder: Path) -> None:
    parameters = {"scale": 2, "n_resblocks": 1, "n_feats": 4}
    packaging.add(
        folder, "crisp-x2", random_weights("edsr", parameters), effect="upscale",
        architecture="edsr", parameters=parameters, licence="MIT", inputs="compressed",
        look=Look.CRISP, scale=2,
    )  # fmt: skip
    store = ModelStore.from_folder(folder)
    for inputs in get_args(Inputs):
        assert [m.name for m in store.models(Upscale(2, Look.CRISP), inputs)][:1] == ["crisp-x2"]
        assert [m.name for m in store.models(Upscale(2), inputs)] == ["edsr-x2"]
        assert store.model(Upscale(3, Look.CRISP), inputs).name == "edsr-x3"
    assert store.model(Upscale(2, Look.CRISP)).name == "crisp-x2"
    named = ModelStore.open(folder, preferred=["edsr-x2"])
    assert [m.name for m in named.models(Upscale(2, Look.CRISP), "compressed")] == ["edsr-x2"]
    assert named.model(Upscale(2, Look.CRISP)).name == "edsr-x2"
    assert named.model(Upscale(3)).name == "edsr-x3"


def test_of_several_neon_models_the_first_is_the_best(folder: Path) -> None:
    packaging.add(
        folder, "neon-wide", random_weights("pix2pix", {"features": 8}), effect="neon",
        architecture="pix2pix", parameters={"features": 8}, licence="MIT",
    )  # fmt: skip
    store = ModelStore.from_folder(folder)
    assert [model.name for model in store.models(Neon())] == ["neon", "neon-wide"]


def test_an_effect_without_models_has_none(folder: Path) -> None:
    edit_manifest(folder, effect="upscale", scale=2)
    assert ModelStore.from_folder(folder).models(Neon()) == ()
