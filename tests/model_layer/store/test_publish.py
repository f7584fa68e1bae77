"""Weights on their way into a bucket."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders

from model_layer.effects import Neon, Upscale
from model_layer.store import packaging
from model_layer.store.bucket import Bucket, make_client
from model_layer.store.manifest import MANIFEST
from model_layer.store.publish import Publication, PublishError, compare, send
from model_layer.store.store import ModelStore, ModelStoreError
from tests.aws import Aws
from tests.model_layer.buckets import recording_client
from tests.model_layer.conftest import random_weights

URL = "s3://weights/v1"


@pytest.fixture
def folder(tiny_weights: Path, tmp_path: Path) -> Path:
    """Weights of one's own, with a card, to be changed."""
    copy = Path(shutil.copytree(tiny_weights, tmp_path / "own"))
    (copy / "neon.md").write_text("# neon\n")
    return copy


@pytest.fixture
def bucket(aws: Aws) -> Bucket:
    aws.bucket()
    return Bucket(URL)


def publish(folder: Path, bucket: Bucket) -> Publication:
    publication = compare(folder, bucket)
    send(publication, bucket)
    return publication


def sent(publication: Publication) -> list[str]:
    return [upload.name for upload in publication.uploads]


def retrain(folder: Path) -> None:
    """Replace the model of twice the size."""
    parameters = {"scale": 2, "n_resblocks": 1, "n_feats": 4}
    packaging.add(
        folder, "edsr-x2", random_weights("edsr", parameters, seed=77), effect="upscale",
        architecture="edsr", parameters=parameters, licence="MIT", scale=2,
    )  # fmt: skip


def test_a_published_folder_is_a_store(folder: Path, bucket: Bucket, tmp_path: Path) -> None:
    publish(folder, bucket)
    there, here = ModelStore.open(URL, tmp_path / "cache"), ModelStore.open(folder)
    for effect in (Neon(), Upscale(2), Upscale(3), Upscale(4)):
        assert there.model(effect).sha256 == here.model(effect).sha256
        assert there.content(there.model(effect)) == here.content(here.model(effect))
    assert bucket.read("neon.md") == b"# neon\n"


def test_the_manifest_comes_last(folder: Path, bucket: Bucket) -> None:
    assert sent(publish(folder, bucket))[-1] == MANIFEST


def test_only_what_changed_is_sent(folder: Path, bucket: Bucket) -> None:
    first = publish(folder, bucket)
    assert len(first.uploads) == 6
    assert first.unchanged == ()

    retrain(folder)
    digest = ModelStore.open(folder).model(Upscale(2)).sha256
    second = publish(folder, bucket)
    assert sent(second) == [f"edsr-x2-{digest[:16]}.safetensors", MANIFEST]
    assert len(second.unchanged) == 4

    client, operations = recording_client()
    third = publish(folder, Bucket(URL, client))
    assert third.uploads == ()
    assert set(operations) == {"HeadObject"}


def test_a_changed_card_is_sent_alone(folder: Path, bucket: Bucket) -> None:
    publish(folder, bucket)
    (folder / "neon.md").write_text("# neon, better explained\n")
    assert sent(publish(folder, bucket)) == ["neon.md"]


def test_bots_that_read_the_old_manifest_go_on(
    folder: Path, bucket: Bucket, tmp_path: Path
) -> None:
    publish(folder, bucket)
    running = ModelStore.open(URL, tmp_path / "cache")
    old = running.model(Upscale(2)).sha256
    retrain(folder)
    publish(folder, bucket)
    assert running.load(Upscale(2)).scale == 2
    assert running.model(Upscale(2)).sha256 == old
    assert ModelStore.open(URL, tmp_path / "cache").model(Upscale(2)).sha256 != old


def test_a_publication_that_fails_half_way_changes_nothing_for_readers(
    folder: Path, bucket: Bucket
) -> None:
    publish(folder, bucket)
    before = bucket.read(MANIFEST)
    retrain(folder)
    (folder / "neon.md").write_text("# neon, better explained\n")
    client = make_client()

    def refuse(request: Any, **_: object) -> Any:
        empty = SimpleNamespace(stream=list)
        return AWSResponse(request.url, 403, HTTPHeaders(), empty) if "x2" in request.url else None

    client.meta.events.register("before-send.s3.PutObject", refuse)
    with pytest.raises(PublishError, match=rf"^{URL}/edsr-x2-\w+\.safetensors: access denied"):
        publish(folder, Bucket(URL, client))
    assert bucket.read(MANIFEST) == before
    assert "neon.md" not in sent(compare(folder, bucket))  # what was sent is not sent again
    assert sent(publish(folder, bucket))[-1] == MANIFEST


def test_a_damaged_folder_is_not_published(folder: Path, bucket: Bucket) -> None:
    (folder / "edsr-x4.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelStoreError, match=r"model edsr-x4: .*wrong SHA-256"):
        publish(folder, bucket)
    assert make_client().list_objects_v2(Bucket="weights")["KeyCount"] == 0


def test_a_copy_of_a_bucket_is_published_under_the_same_names(
    folder: Path, bucket: Bucket, tmp_path: Path
) -> None:
    publish(folder, bucket)
    copy = tmp_path / "copy"
    copy.mkdir()
    for entry in json.loads(bucket.read(MANIFEST))["models"]:
        (copy / entry["file"]).write_bytes(bucket.read(entry["file"]))
    (copy / MANIFEST).write_bytes(bucket.read(MANIFEST))
    assert publish(copy, bucket).uploads == ()


def test_a_missing_bucket(aws: Aws, folder: Path) -> None:
    with pytest.raises(PublishError, match=r"^s3://nowhere/neon-\w+\.safetensors: no such bucket$"):
        publish(folder, Bucket("s3://nowhere"))


def test_all_bytes_are_reported(folder: Path, bucket: Bucket) -> None:
    publication, reported = compare(folder, bucket), list[int]()
    send(publication, bucket, reported.append)
    assert sum(reported) == sum(len(upload.data) for upload in publication.uploads)


def test_a_manifest_of_ones_own_counts_and_finds_the_old_files(
    folder: Path, bucket: Bucket, tmp_path: Path
) -> None:
    """Code and weights move together: an old version goes on with the weights it was built with."""
    publish(folder, bucket)
    old = tmp_path / "old" / MANIFEST
    old.parent.mkdir()
    old.write_bytes((folder / MANIFEST).read_bytes())
    before = ModelStore.from_folder(folder).model(Upscale(2))
    retrain(folder)
    publish(folder, bucket)
    store = ModelStore.open(URL, tmp_path / "cache", old)
    assert store.model(Upscale(2)).sha256 == before.sha256
    assert len(store.content(store.model(Upscale(2)))) == before.bytes
    newest = ModelStore.open(URL, tmp_path / "cache")
    assert newest.model(Upscale(2)).sha256 != before.sha256
