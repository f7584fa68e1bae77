"""Putting a folder of weights into a bucket, safely while bots read it.

In the bucket the files of models are named after their content. So a bot that has read the old
manifest goes on finding the files it names, and the new manifest, which is written last, changes
everything in one step. Files that no manifest names any more stay.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model_layer.store.bucket import Bucket, BucketError
from model_layer.store.manifest import MANIFEST, as_published
from model_layer.store.store import ModelStore


class PublishError(Exception):
    """The bucket cannot be read or written; the text is one line and names bucket and file."""


@dataclass(frozen=True)
class Upload:
    """A file as it will be in the bucket."""

    name: str
    data: bytes
    sha256: str
    content_type: str


@dataclass(frozen=True)
class Publication:
    """What a folder has to be sent to a bucket, in this order; the manifest is the last."""

    uploads: tuple[Upload, ...]
    unchanged: tuple[str, ...]
    """Names of files that the bucket has already."""


def compare(folder: Path, bucket: Bucket) -> Publication:
    """Compare a folder with a bucket, by SHA-256. Every file is read and verified.

    Raises:
        ModelStoreError: the manifest is missing or malformed, or a file is missing or not the one
            that the manifest means.
        PublishError: the bucket cannot be read.
    """
    store = ModelStore.from_folder(folder)
    uploads: list[Upload] = []
    unchanged: list[str] = []

    def compare(name: str, data: bytes, content_type: str) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        with _naming(bucket, name):
            stored = bucket.stored_sha256(name)
        if stored == sha256:
            unchanged.append(name)
        else:
            uploads.append(Upload(name, data, sha256, content_type))

    for model in store.manifest.models:
        compare(model.published.file, store.content(model), "application/octet-stream")
        if store.source.has(model.card):
            compare(model.card, store.source.read(model.card), "text/markdown; charset=utf-8")
    compare(MANIFEST, as_published(store.source.read(MANIFEST)), "application/json")
    return Publication(tuple(uploads), tuple(unchanged))


def send(
    publication: Publication, bucket: Bucket, on_bytes: Callable[[int], object] | None = None
) -> None:
    """Upload what is to be sent. After a failure, planning and sending again does the rest.

    Args:
        publication: what to send.
        bucket: where to.
        on_bytes: called with the number of bytes sent since the last call, in any thread.

    Raises:
        PublishError: the bucket cannot be written.
    """
    for upload in publication.uploads:
        with _naming(bucket, upload.name):
            bucket.upload(
                upload.name,
                upload.data,
                sha256=upload.sha256,
                content_type=upload.content_type,
                on_bytes=on_bytes,
            )


@contextmanager
def _naming(bucket: Bucket, name: str) -> Iterator[None]:
    """Say in an error which file it is about."""
    try:
        yield
    except BucketError as error:
        raise PublishError(f"{bucket}/{name}: {error}") from error
