"""New weights are published while a worker is warm: no result is stored under a wrong digest."""

import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from handler.jobs.engine import load_engine
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from model_layer.effects import Neon
from model_layer.engine import Engine
from model_layer.store import publish
from model_layer.store.bucket import Bucket
from model_layer.store.store import ModelStore
from playground import Person
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.jobs.pictures import encoded, gradient
from tests.handler.jobs.workbench import work_on
from tests.model_layer.new_weights import write_neon

URL = "s3://weights/models"


def publish_from(folder: Path) -> str:
    """Publish a folder of weights; returns the digest of neon's."""
    bucket = Bucket(URL)
    publish.send(publish.compare(folder, bucket), bucket)
    return ModelStore.from_folder(folder).model(Neon()).sha256


@pytest.fixture
def folder(tmp_path: Path, aws: Aws) -> Path:
    """Weights that are published."""
    aws.bucket()
    folder = tmp_path / "own weights"
    folder.mkdir()
    write_neon(folder, seed=1)
    publish_from(folder)
    return folder


@pytest.fixture
def warm(make_worker: MakeWorker, folder: Path, tmp_path: Path) -> Worker:
    """A worker with the real engine, which has loaded the first weights."""
    store = ModelStore.open(URL, tmp_path / "cache")
    store.load(Neon())
    return make_worker(partial(load_engine, store, "cpu"))


def made_by(folder: Path) -> Image.Image:
    return Engine(ModelStore.from_folder(folder), "cpu").apply(Neon(), gradient())


async def answer_of(person: Person) -> Image.Image:
    """Return the last file that came: a file, so that every pixel is as it was made."""
    message = [m for m in person.messages if m["from"]["is_bot"] and "document" in m][-1]
    return Image.open(io.BytesIO(await person.download(message))).convert("RGB")


PNG = encoded(gradient(), "PNG")


async def test_a_job_for_new_weights_is_done_with_them(
    warm: Worker,
    folder: Path,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
) -> None:
    old = ModelStore.from_folder(folder).model(Neon()).sha256
    first = await request_of(person, PNG, "a.png", id="1", model_digest=old)
    await work_on(warm, first)
    assert (await answer_of(person)).tobytes() == made_by(folder).tobytes()
    write_neon(folder, seed=2)
    new = publish_from(folder)
    second = await request_of(person, PNG, "a.png", id="2", model_digest=new)
    await work_on(warm, second)
    assert new != old
    assert (await answer_of(person)).tobytes() == made_by(folder).tobytes()
    kept = [await results.get(job.result_key) for job in (first, second)]
    assert None not in kept
    assert kept[0] != kept[1]


async def test_an_old_job_is_done_with_newer_weights_and_stored_under_theirs(
    warm: Worker,
    folder: Path,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
) -> None:
    old = ModelStore.from_folder(folder).model(Neon()).sha256
    write_neon(folder, seed=2)
    new = publish_from(folder)
    await work_on(
        warm, await request_of(person, encoded(gradient((40, 30))), id="1", model_digest=new)
    )
    job = await request_of(person, PNG, "a.png", id="2", model_digest=old)
    await work_on(warm, job)
    assert (await answer_of(person)).tobytes() == made_by(folder).tobytes()
    assert await results.get(job.result_key) is None
    assert await results.get(job.model_copy(update={"model_digest": new}).result_key)


async def test_without_the_bucket_the_loaded_weights_go_on(
    *,
    warm: Worker,
    folder: Path,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(bucket: Bucket, name: str) -> bytes:
        raise OSError(f"{bucket}/{name} cannot be reached")

    monkeypatch.setattr(Bucket, "read", unreachable)
    job = await request_of(person, PNG, "a.png", model_digest="0" * 64)
    await work_on(warm, job)
    assert (await answer_of(person)).tobytes() == made_by(folder).tobytes()
    assert await results.get(job.result_key) is None
