"""A stand-in for AWS on this machine (moto), with all that the functions need in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, overload
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

from model_layer.store.bucket import Bucket
from model_layer.store.publish import compare, send
from playground.aws.atomic import make_writes_atomic

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

REGION: Final = "eu-central-1"
CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
"""moto takes any."""
BUCKET: Final = "weights"
WEIGHTS: Final = f"s3://{BUCKET}/models"
TABLE: Final = "results"


@dataclass(frozen=True, slots=True)
class LocalAws:
    """What template.yaml makes, as far as the functions use it.

    Attributes:
        port: of the stand-in.
        queue_url: of the jobs queue.
        bot_token_arn: of the secret with the bot's token.
        webhook_secret_arn: of the secret that Telegram sends along.
    """

    port: int
    queue_url: str
    bot_token_arn: str
    webhook_secret_arn: str
    _sqs: SQSClient
    _s3: S3Client

    def publish(self, weights: Path) -> None:
        """Put the models in a folder into the bucket, as a deployment does."""
        bucket = Bucket(WEIGHTS, self._s3)
        send(compare(weights, bucket), bucket)

    def next_job(self) -> MessageTypeDef:
        """Take the next message out of the jobs queue, as Lambda does; LookupError if none."""
        answer = self._sqs.receive_message(QueueUrl=self.queue_url, AttributeNames=["All"])
        if not answer.get("Messages"):
            raise LookupError("the jobs queue is empty")
        return answer["Messages"][0]

    def jobs_left(self) -> int:
        """Count the jobs that wait or are worked on."""
        answer = self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])
        counts = answer["Attributes"]
        visible = int(counts["ApproximateNumberOfMessages"])
        return visible + int(counts["ApproximateNumberOfMessagesNotVisible"])


@contextmanager
def local_aws(host: str, bot_token: str, webhook_secret: str, port: int = 0) -> Iterator[LocalAws]:
    """Run the stand-in, empty but for what the functions need; all is gone afterwards.

    moto keeps one state for the whole process: what others have in it is gone from the start.

    Args:
        host: where to listen.
        bot_token: the secret that the functions read as the bot's token.
        webhook_secret: the secret that they read as the webhook's.
        port: 0 takes a free one.

    Raises:
        OSError: this machine has not the address ``host``, or the port is taken.
    """
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    make_writes_atomic()
    server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    url = f"http://{host}:{port}"
    try:
        _reset(url)
        _make_table(_client("dynamodb", url))
        s3 = _client("s3", url)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        secrets = _client("secretsmanager", url)
        sqs = _client("sqs", url)
        yield LocalAws(
            port,
            _make_queues(sqs),
            secrets.create_secret(Name="bot-token", SecretString=bot_token)["ARN"],
            secrets.create_secret(Name="webhook-secret", SecretString=webhook_secret)["ARN"],
            sqs,
            s3,
        )
    finally:
        _reset(url)
        server.stop()


@overload
def _client(service: Literal["dynamodb"], url: str) -> DynamoDBClient: ...
@overload
def _client(service: Literal["s3"], url: str) -> S3Client: ...
@overload
def _client(service: Literal["secretsmanager"], url: str) -> SecretsManagerClient: ...
@overload
def _client(service: Literal["sqs"], url: str) -> SQSClient: ...
def _client(service: str, url: str) -> object:
    """Return a client that can reach nothing but the stand-in, whatever the environment says."""
    client: object = _session().client(service, endpoint_url=url)  # type: ignore[call-overload]
    return client


@cache
def _session() -> boto3.Session:
    return boto3.Session(
        CREDENTIALS["AWS_ACCESS_KEY_ID"],
        CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )


def _reset(url: str) -> None:
    """Forget everything: moto remembers for as long as the process lives, without its server."""
    request = Request(f"{url}/moto-api/reset", method="POST")  # noqa: S310  # always http
    urlopen(request, timeout=10).close()  # noqa: S310  # nosec B310


def _make_table(dynamodb: DynamoDBClient) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _make_queues(sqs: SQSClient) -> str:
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    jobs = sqs.create_queue(
        QueueName="jobs.fifo",
        Attributes={"FifoQueue": "true", "RedrivePolicy": json.dumps(redrive)},
    )
    return jobs["QueueUrl"]
