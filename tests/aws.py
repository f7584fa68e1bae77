"""A local stand-in for AWS, spoken to through real HTTP; a plugin, so every test may ask for it."""

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from handler.aws import clients

REGION = "eu-central-1"
ACCOUNT = "123456789012"
"""The account that moto plays."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A FIFO queue and its dead-letter queue."""

    url: str
    arn: str
    dead_letters_url: str


@dataclass(frozen=True, slots=True)
class Aws:
    """An empty account; clients made while the test runs speak to it."""

    url: str
    region: str = REGION

    def fifo_queue(self, max_receives: int = 3, visibility_seconds: int = 60) -> Queue:
        """Make a job queue whose jobs go to the dead letters after ``max_receives`` deliveries."""
        sqs = clients.client("sqs")
        dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
        redrive = {
            "deadLetterTargetArn": self.queue_arn("dead.fifo"),
            "maxReceiveCount": max_receives,
        }
        url = sqs.create_queue(
            QueueName="jobs.fifo",
            Attributes={
                "FifoQueue": "true",
                "VisibilityTimeout": str(visibility_seconds),
                "RedrivePolicy": json.dumps(redrive),
            },
        )["QueueUrl"]
        return Queue(url, self.queue_arn("jobs.fifo"), dead["QueueUrl"])

    def queue_arn(self, name: str) -> str:
        return f"arn:aws:sqs:{self.region}:{ACCOUNT}:{name}"

    def table(self, name: str = "results") -> str:
        """Make a results table as the template does; returns its name."""
        dynamodb = clients.client("dynamodb")
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
        )
        return name

    def bucket(self, name: str = "weights") -> str:
        """Make a versioned bucket; returns its name."""
        s3 = clients.client("s3")
        s3.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


@pytest.fixture(scope="session")
def aws_server() -> Iterator[str]:
    """The address of a stand-in for all services, shared by the tests of a process."""
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415  # so do AWS's descriptions
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  # a second, and few tests need it

    from playground.aws.atomic import make_writes_atomic  # noqa: PLC0415  # so is moto

    # Every new client reads a megabyte of JSON anew; nobody writes to it.
    read = functools.cache(JSONFileLoader().load_file)
    JSONFileLoader.load_file = lambda _, path: read(path)  # type: ignore[assignment,method-assign]
    make_writes_atomic()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(aws_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Aws]:
    """An empty account, with an environment (of child processes too) that leads to it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    environment = {
        "AWS_ENDPOINT_URL": aws_server,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-aws-credentials"),
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    urlopen(Request(f"{aws_server}/moto-api/reset", method="POST"), timeout=10).close()  # noqa: S310
    clients.forget_clients()
    yield Aws(aws_server)
    clients.forget_clients()


def json_lines(log: str) -> list[dict[str, Any]]:
    """Return the JSON objects among a log's lines."""
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]
