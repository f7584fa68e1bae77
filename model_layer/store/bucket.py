"""Files under a prefix in an S3 bucket. boto3 is imported when the first one is asked for."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Final

from model_layer.store.sources import SourceError

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from types_boto3_s3 import S3Client

SCHEME: Final = "s3://"
_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{2,62})(?:/(.*))?")
_SHA256: Final = "sha256"
"""Of an object's metadata: entity tags are no checksums of objects sent in parts."""

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
"""Between two pieces of a file, not for the whole of it."""
ATTEMPTS: Final = 4
"""To get an answer, the first one included; the pauses between them double, up to a second each."""
DOWNLOAD_ATTEMPTS: Final = 3
"""To read a part of a file whose answer has begun, the first one included."""
PARTS_AT_ONCE: Final = 4

_REASONS: Final = {
    "NoSuchBucket": "no such bucket",
    "NoSuchKey": "no such file",
    "404": "no such file",
    "AccessDenied": "access denied (or no such file, if listing the bucket is not allowed)",
    "403": "access denied (or no such file, if listing the bucket is not allowed)",
    "PermanentRedirect": "the bucket is in another region",
    "301": "the bucket is in another region",
    "InvalidAccessKeyId": "AWS does not know these credentials",
    "SignatureDoesNotMatch": "AWS does not accept these credentials",
    "ExpiredToken": "the AWS credentials have expired",
}


class BucketError(SourceError):
    """S3 refused or could not be reached; the text is one line.

    Args:
        reason: in words.
        code: S3's error code; empty if S3 did not answer.
    """

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.missing = code in ("NoSuchKey", "404")
        """The bucket may exist, but the file does not."""


class Bucket:
    """Reads and writes files. Methods may be called from several threads.

    Args:
        url: ``s3://bucket/prefix``; the prefix may be empty.
        client: a boto3 client for S3; by default one with retries and timeouts set.

    Raises:
        ValueError: the URL names no bucket.
    """

    def __init__(self, url: str, client: "S3Client | None" = None) -> None:
        match = _URL.fullmatch(url)
        if not match:
            raise ValueError(f"{url}: is not s3://bucket/prefix")
        self.name = match[1]
        self.prefix = (match[2] or "").strip("/")
        self._given_client = client

    @cached_property
    def _client(self) -> "S3Client":
        return self._given_client or make_client()

    def read(self, name: str) -> bytes:
        """Return a small file's content.

        Raises:
            BucketError: it cannot be read.
        """
        with _one_line():
            return self._client.get_object(Bucket=self.name, Key=self._key(name))["Body"].read()

    def download(self, name: str, file: BinaryIO) -> None:
        """Write a file's content into another, several parts at a time.

        Raises:
            BucketError: it cannot be had.
            OSError: ``file`` cannot be written.
        """
        with _one_line():
            self._client.download_fileobj(
                self.name, self._key(name), file, Config=_transfer_config()
            )

    def stored_sha256(self, name: str) -> str | None:
        """SHA-256 (hex) that a file was uploaded with; None if it is not there or has none.

        Raises:
            BucketError: that cannot be told.
        """
        metadata = self._metadata(name)
        return metadata.get(_SHA256) if metadata else None

    def has(self, name: str) -> bool:
        """Tell whether a file is there.

        Raises:
            BucketError: that cannot be told.
        """
        return self._metadata(name) is not None

    def upload(
        self,
        name: str,
        data: bytes,
        *,
        sha256: str,
        content_type: str,
        on_bytes: Callable[[int], object] | None = None,
    ) -> None:
        """Write a file, several parts at a time; it appears whole or not at all.

        Args:
            name: of the file.
            data: its content.
            sha256: of the content, hex; remembered beside it.
            content_type: of the content.
            on_bytes: called with the number of bytes sent since the last call, in any thread.

        Raises:
            BucketError: it cannot be written.
        """
        with _one_line():
            self._client.upload_fileobj(
                io.BytesIO(data),
                self.name,
                self._key(name),
                ExtraArgs={"Metadata": {_SHA256: sha256}, "ContentType": content_type},
                Callback=on_bytes,
                Config=_transfer_config(),
            )

    def _metadata(self, name: str) -> dict[str, str] | None:
        """Return what was uploaded beside a file; None if the file is not there."""
        try:
            with _one_line():
                head = self._client.head_object(Bucket=self.name, Key=self._key(name))
        except BucketError as error:
            if error.missing:
                return None
            raise
        return head["Metadata"]

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        return SCHEME + "/".join(filter(None, (self.name, self.prefix)))


def make_client() -> "S3Client":
    """Make a client whose requests fail after a minute at worst, and not at the first failure."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        tcp_keepalive=True,
    )
    # A session of one's own: the default one must not be shared by threads while it is made.
    return boto3.Session().client("s3", config=config)


def _transfer_config() -> "TransferConfig":
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415

    return TransferConfig(max_concurrency=PARTS_AT_ONCE, num_download_attempts=DOWNLOAD_ATTEMPTS)


@contextmanager
def _one_line() -> Iterator[None]:
    """Turn what boto3 raises into a BucketError; other errors pass."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    from s3transfer.exceptions import (  # noqa: PLC0415
        RetriesExceededError,
        S3DownloadFailedError,
        S3ValidationError,
    )

    transfer_errors = (RetriesExceededError, S3DownloadFailedError, S3ValidationError)
    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        code = answer.get("Code", "")
        reason = _REASONS.get(code) or f"{code}: {answer.get('Message', '')}"
        raise BucketError(" ".join(reason.split()), code) from error
    except (Boto3Error, BotoCoreError, *transfer_errors) as error:
        raise BucketError(" ".join(str(error).split())) from error
