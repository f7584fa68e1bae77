"""Models from an S3 bucket, each fetched once per machine."""

import io
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from model_layer.store.bucket import Bucket
from model_layer.store.cache import FileCache
from model_layer.store.manifest import MANIFEST, Model, as_published
from model_layer.store.sources import SourceError, verified

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

logger = logging.getLogger(__name__)


class S3Source:
    """A bucket of weights, and a folder of this machine that keeps what was fetched.

    The folder is a convenience: where it cannot be written, or is full, models are fetched into
    memory. A file there that was damaged is fetched again, once.

    Args:
        url: ``s3://bucket/prefix``.
        cache: the folder; made when needed.
        client: a boto3 client for S3; by default one with retries and timeouts set.
        manifest: of the folder that was published there; counts instead of the bucket's, so that
            code and the weights that belong to it change together.

    Raises:
        ValueError: the URL names no bucket.
    """

    def __init__(
        self,
        url: str,
        cache: Path,
        client: "S3Client | None" = None,
        manifest: Path | None = None,
    ) -> None:
        self._bucket = Bucket(url, client)
        self._cache = FileCache(cache)
        self._manifest = manifest

    def read(self, name: str) -> bytes:
        """Return a small file's content, always from the bucket, but for the manifest given."""
        if name == MANIFEST and self._manifest:
            return as_published(self._manifest.read_bytes())
        return self._bucket.read(name)

    def has(self, name: str) -> bool:
        """Tell whether a file is in the bucket."""
        return self._bucket.has(name)

    def fetch(self, model: Model) -> bytes:
        """Return the content of a model's file, verified."""
        kept = self._cache.get(model.sha256)
        return self._fetch(model) if kept is None else kept

    def _fetch(self, model: Model) -> bytes:
        def download(file: BinaryIO) -> None:
            self._bucket.download(model.file, file)

        start = time.perf_counter()
        try:
            data = self._cache.add(model.sha256, model.bytes, download)
        except SourceError:
            raise
        except OSError as error:
            reason = error.strerror or error
            logger.warning("%s cannot keep model %s: %s", self._cache.folder, model.name, reason)
            # Needs no more memory than usual: to be loaded, a file is read whole anyway.
            buffer = io.BytesIO()
            download(buffer)
            data = verified(buffer.getvalue(), model.sha256)
        seconds = time.perf_counter() - start
        logger.info("fetched model %s: %d bytes in %.2f s", model.name, len(data), seconds)
        return data

    def __str__(self) -> str:
        return str(self._bucket)
