"""Models from a bucket: fetched once, verified, kept."""

import io
import json
import os
import shutil
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from model_layer.effects import Neon, Upscale
from model_layer.store.bucket import make_client
from model_layer.store.manifest import Model
from model_layer.store.s3 import S3Source
from model_layer.store.sources import WrongChecksumError
from model_layer.store.store import ModelStore, ModelStoreError
from tests.aws import Aws
from tests.model_layer.buckets import copy_to_bucket, recording_client

URL = "s3://weights/v1"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def model(aws: Aws, tiny_weights: Path) -> Model:
    """The neon model, in a bucket."""
    copy_to_bucket(tiny_weights, aws.bucket(), "v1/")
    return ModelStore.from_folder(tiny_weights).model(Neon())


@pytest.fixture
def content(tiny_weights: Path) -> bytes:
    return (tiny_weights / "neon.safetensors").read_bytes()


def overwrite(name: str, data: bytes) -> None:
    make_client().put_object(Bucket="weights", Key=f"v1/{name}", Body=data)


def test_a_store_in_a_bucket(model: Model, tiny_weights: Path, cache: Path) -> None:
    store = ModelStore.open(URL, cache)
    assert store.manifest == ModelStore.open(tiny_weights).manifest
    assert store.model(Neon()).sha256 == model.sha256
    assert not cache.exists()  # the digest needs no weights
    assert store.load(Upscale(3)).scale == 3
    assert [path.name for path in cache.iterdir()] == [store.model(Upscale(3)).sha256]


def test_nothing_is_asked_before_it_is_needed(cache: Path) -> None:
    assert str(ModelStore.open("s3://nowhere/at/all/", cache).source) == "s3://nowhere/at/all"


def test_by_default_models_are_kept_among_temporary_files(
    model: Model, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert ModelStore.open(URL).content(model) == content
    assert (tmp_path / "neon-bot-models" / model.sha256).read_bytes() == content


def test_a_model_is_fetched_once_per_machine(model: Model, content: bytes, cache: Path) -> None:
    client, operations = recording_client()
    assert S3Source(URL, cache, client).fetch(model) == content
    assert "GetObject" in operations
    operations.clear()
    assert S3Source(URL, cache, client).fetch(model) == content
    assert operations == []


def test_a_damaged_copy_is_fetched_again(model: Model, content: bytes, cache: Path) -> None:
    source = S3Source(URL, cache)
    source.fetch(model)
    (cache / model.sha256).write_bytes(content[:-1] + b"!")
    assert source.fetch(model) == content
    assert (cache / model.sha256).read_bytes() == content


def test_a_damaged_original_is_asked_for_once(model: Model, content: bytes, cache: Path) -> None:
    overwrite(model.file, content[:-1] + b"!")
    client, operations = recording_client()
    with pytest.raises(WrongChecksumError):
        S3Source(URL, cache, client).fetch(model)
    assert operations.count("GetObject") == 1
    assert list(cache.iterdir()) == []


def test_a_full_disk_is_no_obstacle(
    model: Model,
    content: bytes,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    client, operations = recording_client()
    assert S3Source(URL, cache, client).fetch(model) == content
    assert operations.count("GetObject") == 1
    assert list(cache.iterdir()) == []
    assert f"{cache} cannot keep model neon: No space left on device" in caplog.messages


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_disk_that_fills_up_while_a_model_is_fetched(
    model: Model, content: bytes, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    monkeypatch.setattr(os, "open", lambda *_: real("/dev/full", os.O_RDWR))
    assert S3Source(URL, cache).fetch(model) == content
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_made(
    model: Model, content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert S3Source(URL, tmp_path / "file" / "cache").fetch(model) == content
    assert "cannot keep model neon: Not a directory" in caplog.text


def test_many_start_at_once(model: Model, content: bytes, cache: Path) -> None:
    """Each with a source of its own, as processes have."""
    results: list[bytes] = []

    def fetch() -> None:
        results.append(S3Source(URL, cache).fetch(model))

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [content] * 4
    assert [path.name for path in cache.iterdir()] == [model.sha256]


def test_a_missing_bucket(aws: Aws, cache: Path) -> None:
    with pytest.raises(ModelStoreError) as caught:
        ModelStore.open("s3://nowhere/v1", cache).model(Neon())
    assert str(caught.value) == "s3://nowhere/v1/manifest.json: no such bucket"


def test_a_missing_manifest(aws: Aws, cache: Path) -> None:
    with pytest.raises(ModelStoreError) as caught:
        ModelStore.open(f"s3://{aws.bucket()}", cache).model(Neon())
    assert str(caught.value) == "s3://weights/manifest.json: no such file"


def test_a_malformed_manifest(model: Model, cache: Path) -> None:
    overwrite("manifest.json", json.dumps({"version": 2, "models": []}).encode())
    with pytest.raises(ModelStoreError, match=f"^{URL}/manifest.json is malformed: version: "):
        ModelStore.open(URL, cache).model(Neon())


def test_a_missing_model_can_be_had_later(model: Model, content: bytes, cache: Path) -> None:
    make_client().delete_object(Bucket="weights", Key=f"v1/{model.file}")
    store = ModelStore.open(URL, cache)
    with pytest.raises(ModelStoreError) as caught:
        store.load(Neon())
    assert str(caught.value) == f"model neon: {URL}/neon.safetensors: no such file"
    assert list(cache.iterdir()) == []
    make_client().upload_fileobj(io.BytesIO(content), "weights", f"v1/{model.file}")
    assert store.load(Neon()).scale == 1


def test_a_wrong_model_is_named(model: Model, cache: Path) -> None:
    overwrite(model.file, b"something else")
    with pytest.raises(ModelStoreError) as caught:
        ModelStore.open(URL, cache).load(Neon())
    assert str(caught.value).startswith(f"model neon: {URL}/neon.safetensors: wrong SHA-256")
