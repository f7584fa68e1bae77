"""Buckets filled by hand, a client that tells what it asked for, and an AWS that says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from model_layer.store.bucket import make_client
from tests.aws import Aws

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def recording_client() -> tuple["S3Client", list[str]]:
    """A client, and the names of the operations it performs."""
    client, operations = make_client(), list[str]()

    def record(model: Any, **_: object) -> None:
        operations.append(model.name)

    client.meta.events.register("before-call.s3", record)
    return client, operations


def copy_to_bucket(folder: Path, name: str, prefix: str = "") -> None:
    """Put a folder's files into a bucket as they are."""
    client = make_client()
    for path in filter(Path.is_file, folder.iterdir()):
        client.put_object(Bucket=name, Key=prefix + path.name, Body=path.read_bytes())


@contextmanager
def permissions_checked(aws: Aws) -> Iterator[None]:
    """From now on AWS asks who is calling, and what for."""
    _check_permissions_after(aws, "0")
    try:
        yield
    finally:
        _check_permissions_after(aws, "inf")


def _check_permissions_after(aws: Aws, calls: str) -> None:
    address = f"{aws.url}/moto-api/reset-auth"
    kind = {"Content-Type": "text/plain"}
    request = Request(address, data=calls.encode(), headers=kind, method="POST")  # noqa: S310
    urlopen(request, timeout=10).close()  # noqa: S310
