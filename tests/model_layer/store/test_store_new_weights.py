"""Weights that are published while a store is in use."""

import logging
import shutil
from pathlib import Path

import pytest
import torch

from model_layer.effects import Neon, Upscale
from model_layer.store.bucket import make_client
from model_layer.store.sources import FolderSource
from model_layer.store.store import MANIFEST_SECONDS, ModelStore, ModelStoreError
from tests.aws import Aws
from tests.model_layer.buckets import recording_client
from tests.model_layer.new_weights import write_neon


@pytest.fixture
def folder(tiny_weights: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_weights, tmp_path / "weights"))


def bias(store: ModelStore) -> torch.Tensor:
    return store.load(Neon()).module.get_parameter("final_up.0.bias").clone()


def test_newer_weights_are_loaded_when_they_are_wanted(folder: Path) -> None:
    store = ModelStore.from_folder(folder)
    before, upscaler = bias(store), store.load(Upscale(2))
    new = write_neon(folder, seed=7)
    assert store.model(Neon()).sha256 != new
    store.refresh(Neon(), new)
    assert not torch.equal(bias(store), before)
    assert store.load(Upscale(2)) is upscaler  # has not changed, and is not loaded again
    assert len(store._loaded) == 2  # what was replaced takes no memory


def test_older_weights_are_not_loaded_again(folder: Path) -> None:
    old = ModelStore.from_folder(folder).model(Neon()).sha256
    new = write_neon(folder, seed=7)
    store = ModelStore.from_folder(folder)
    store.refresh(Neon(), old)
    assert store.model(Neon()).sha256 == new


def test_an_effect_that_is_new_is_found(folder: Path) -> None:
    manifest = (folder / "manifest.json").read_text()
    wanted = ModelStore.from_folder(folder).model(Neon()).sha256
    (folder / "manifest.json").write_text('{"version": 1, "models": []}')
    store = ModelStore.from_folder(folder)
    with pytest.raises(ModelStoreError, match="no model for neon"):
        store.model(Neon())
    (folder / "manifest.json").write_text(manifest)
    store.refresh(Neon(), wanted)
    assert store.model(Neon()).sha256 == wanted


def test_a_manifest_that_cannot_be_read_again_changes_nothing(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = ModelStore.from_folder(folder)
    digest, network = store.model(Neon()).sha256, store.load(Neon())
    (folder / "manifest.json").write_text("half a manif")
    with caplog.at_level(logging.WARNING):
        store.refresh(Neon(), "0" * 64)
    assert store.model(Neon()).sha256 == digest
    assert store.load(Neon()) is network
    (message,) = caplog.messages
    assert message.startswith(f"the models stay as they were: {folder}/manifest.json is malformed")


def test_the_manifest_of_a_bucket_is_read_again_only_for_other_weights(
    tiny_weights: Path, tmp_path: Path, aws: Aws
) -> None:
    bucket = aws.bucket()
    make_client().upload_file(str(tiny_weights / "manifest.json"), bucket, "manifest.json")
    store = ModelStore.open(f"s3://{bucket}", tmp_path / "cache")
    client, operations = recording_client()
    store.source._bucket._given_client = client  # type: ignore[attr-defined]
    digest = store.model(Neon()).sha256
    for _ in range(3):
        store.refresh(Neon(), digest)
    assert operations == ["GetObject"]
    store.refresh(Neon(), "0" * 64)
    assert operations == ["GetObject"] * 2


def test_who_asks_what_is_available_hears_of_new_weights_in_minutes(folder: Path) -> None:
    now = 1_000_000.0
    store = ModelStore(FolderSource(folder), clock=lambda: now)
    old = store.model(Neon()).sha256
    new = write_neon(folder, seed=7)
    now += MANIFEST_SECONDS
    assert store.model(Neon()).sha256 == old
    now += 1
    assert store.model(Neon()).sha256 == new
