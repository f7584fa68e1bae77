"""Files in a bucket: there and back in parts, and what goes wrong in one line."""

import hashlib
import io
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from model_layer.store.bucket import (
    ATTEMPTS,
    CONNECT_SECONDS,
    DOWNLOAD_ATTEMPTS,
    READ_SECONDS,
    Bucket,
    BucketError,
    make_client,
)
from tests.aws import Aws
from tests.model_layer.buckets import permissions_checked, recording_client

LARGE = bytes(range(250)) * 80_000  # sent and fetched in three parts


def upload(bucket: Bucket, name: str, data: bytes, **options: Any) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    bucket.upload(name, data, sha256=sha256, content_type="text/plain", **options)


def reason(bucket: Bucket) -> str:
    with pytest.raises(BucketError) as caught:
        bucket.read("a.txt")
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://weights", "s3://weights"),
        ("s3://weights/", "s3://weights"),
        ("s3://my.weights-2/v1/neon/", "s3://my.weights-2/v1/neon"),
    ],
)
def test_the_place_is_shown_as_it_was_written(url: str, shown: str) -> None:
    assert str(Bucket(url)) == shown


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///prefix", "weights", "https://weights", "s3://A b", "s3://ab"]
)
def test_what_is_no_bucket(url: str) -> None:
    with pytest.raises(ValueError, match="is not s3://bucket/prefix"):
        Bucket(url)


def test_a_file_there_and_back(aws: Aws) -> None:
    bucket = Bucket(f"s3://{aws.bucket()}/v1")
    assert not bucket.has("a.txt")
    assert bucket.stored_sha256("a.txt") is None
    upload(bucket, "a.txt", b"hello")
    assert bucket.read("a.txt") == b"hello"
    assert bucket.has("a.txt")
    assert bucket.stored_sha256("a.txt") == hashlib.sha256(b"hello").hexdigest()
    head = make_client().head_object(Bucket="weights", Key="v1/a.txt")
    assert head["ContentType"] == "text/plain"


def test_a_file_that_others_put_there_has_no_checksum(aws: Aws) -> None:
    make_client().put_object(Bucket=aws.bucket(), Key="a.txt", Body=b"hello")
    assert Bucket("s3://weights").stored_sha256("a.txt") is None
    assert Bucket("s3://weights").has("a.txt")


def test_large_files_travel_in_parts(aws: Aws) -> None:
    client, operations = recording_client()
    bucket = Bucket(f"s3://{aws.bucket()}", client)
    sent: list[int] = []
    upload(bucket, "large", LARGE, on_bytes=sent.append)
    assert sum(sent) == len(LARGE)
    assert operations.count("UploadPart") == 3
    assert bucket.stored_sha256("large") == hashlib.sha256(LARGE).hexdigest()
    file = io.BytesIO()
    bucket.download("large", file)
    assert file.getvalue() == LARGE
    assert operations.count("GetObject") == 3


def test_a_missing_bucket(aws: Aws) -> None:
    assert reason(Bucket("s3://nowhere")) == "no such bucket"
    with pytest.raises(BucketError, match=r"^no such bucket$"):
        upload(Bucket("s3://nowhere"), "a.txt", b"hello")


def test_a_missing_file(aws: Aws) -> None:
    bucket = Bucket(f"s3://{aws.bucket()}")
    assert reason(bucket) == "no such file"
    with pytest.raises(BucketError, match=r"^no such file$"):
        bucket.download("a.txt", io.BytesIO())


def test_no_permission(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket(f"s3://{aws.bucket()}")
    iam = boto3.client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    with permissions_checked(aws):
        assert reason(bucket).startswith("access denied")
        for ask in (bucket.has, bucket.stored_sha256):
            with pytest.raises(BucketError, match=r"^access denied"):
                ask("a.txt")


def test_credentials_that_nobody_knows(aws: Aws) -> None:
    bucket = Bucket(f"s3://{aws.bucket()}")
    with permissions_checked(aws):
        assert reason(bucket) == "AWS does not know these credentials"


def test_no_credentials(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert reason(Bucket("s3://weights")) == "Unable to locate credentials"


def test_a_profile_that_does_not_exist(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "(nobody)" in reason(Bucket("s3://weights"))


def test_requests_are_repeated_and_given_up_within_a_minute() -> None:
    config: Any = make_client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (CONNECT_SECONDS, READ_SECONDS)
    assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}
    assert ATTEMPTS * (CONNECT_SECONDS + READ_SECONDS) < 60


def test_a_download_that_breaks_off_is_taken_up_a_few_times(aws: Aws) -> None:
    client, operations = recording_client()
    bucket = Bucket(f"s3://{aws.bucket()}", client)
    upload(bucket, "a.txt", b"hello")

    def break_off(parsed: dict[str, Any], **_: object) -> None:
        parsed["Body"] = Broken()

    client.meta.events.register("after-call.s3.GetObject", break_off)
    with pytest.raises(BucketError, match="Max Retries Exceeded"):
        bucket.download("a.txt", io.BytesIO())
    assert operations.count("GetObject") == DOWNLOAD_ATTEMPTS


class Broken:
    """An answer that never comes to its end."""

    def read(self, *_: object) -> bytes:
        raise ReadTimeoutError(endpoint_url="https://s3")


def test_nobody_there(aws: Aws) -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("s3", endpoint_url="http://127.0.0.1:1", config=once)
    text = reason(Bucket("s3://weights", client))
    assert text.startswith('Could not connect to the endpoint URL: "http://127.0.0.1:1/weights')


def test_a_failure_that_passes_is_not_noticed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", waits.append)
    client = make_client()
    bucket = Bucket(f"s3://{aws.bucket()}", client)
    upload(bucket, "a.txt", b"hello")
    failures = [503, 500, 503]

    def fail(request: Any, **_: object) -> Any:
        empty = SimpleNamespace(stream=list)
        return AWSResponse(request.url, failures.pop(), HTTPHeaders(), empty) if failures else None

    client.meta.events.register("before-send.s3", fail)
    assert bucket.read("a.txt") == b"hello"
    assert len(waits) == 3
