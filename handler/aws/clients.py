"""Clients for AWS: one per service and process, with retries and timeouts that suit a bot.

boto3 is imported with the first client: a bot on one machine never pays for it. Region, account
and endpoint come from the environment, as for every program that uses AWS.
"""

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, overload

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

CONNECT_SECONDS: Final = 3.0
ATTEMPTS: Final = 4
"""The first one included; the pauses between them double, from at most a second on."""
CONNECTIONS: Final = 16
"""Kept open for each service; more only wait for a free one."""
READ_SECONDS: Final[dict[str, float]] = {
    # A result or a claim takes milliseconds; a person's button press waits for it.
    "dynamodb": 3.0,
    # More than the longest poll of the consumer, or every empty one would count as broken.
    "sqs": 15.0,
    # Between two pieces of a file, not for the whole of it.
    "s3": 30.0,
    # A new version that starts, and makes pictures for the first time.
    "lambda": 250.0,
}
OTHER_READ_SECONDS: Final = 10.0

_making = threading.Lock()


@overload
def client(service: Literal["cloudformation"]) -> "CloudFormationClient": ...
@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["s3"]) -> "S3Client": ...
@overload
def client(service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...
@overload
def client(service: Literal["ssm"]) -> "SSMClient": ...
@overload
def client(service: Literal["codedeploy", "lambda"]) -> Any: ...  # for deployments only
def client(service: str) -> Any:
    """Return the process's client for a service; it may be used from any thread.

    Raises:
        botocore.exceptions.NoRegionError: neither the environment nor a profile names a region.
    """
    with _making:  # a client may be used by many threads, but not made by two at once
        return _client(service)


def forget_clients() -> None:
    """Let the next calls make new clients, for another endpoint or region."""
    with _making:
        _client.cache_clear()


@cache
def _client(service: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415  # a quarter of a second

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS.get(service, OTHER_READ_SECONDS),
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
    )
    # The services are those of the overloads; the stubs want each spelled out.
    return _session().client(service, config=config)


@cache
def _session() -> Any:
    from boto3.session import Session  # noqa: PLC0415

    return Session()
