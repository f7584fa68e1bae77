"""What is DynamoDB's own: items that outlive their time, and answers that get lost."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from handler.aws.clients import client
from handler.aws.dynamodb import RESULT_SECONDS, DynamoResultCache
from handler.jobs.results import Result
from tests.aws import Aws
from tests.handler.clock import Clock

RESULT = Result(kind="document", file_id="BQAC")


@pytest.fixture
def table(aws: Aws) -> str:
    return aws.table()


@pytest.fixture
def cache(table: str, clock: Clock) -> DynamoResultCache:
    return DynamoResultCache(table, clock=clock)


def items(table: str) -> list[dict[str, Any]]:
    return [dict(item) for item in client("dynamodb").scan(TableName=table)["Items"]]


async def test_a_result_expires_before_dynamodb_deletes_it(
    cache: DynamoResultCache, table: str, clock: Clock
) -> None:
    await cache.put("key", RESULT)
    clock.now += RESULT_SECONDS - 1
    assert await cache.get("key") == RESULT
    clock.now += 2
    assert await cache.get("key") is None
    assert len(items(table)) == 1


async def test_what_is_stored_expires_at_a_whole_second(
    cache: DynamoResultCache, table: str, clock: Clock
) -> None:
    await cache.put("key", RESULT)
    await cache.claim("key", 2.5)
    stored = {item["pk"]["S"]: item for item in items(table)}
    assert set(stored) == {"result#key", "claim#key"}
    assert stored["result#key"]["expires"] == {"N": str(1_700_000_001 + RESULT_SECONDS)}
    assert stored["claim#key"]["expires"] == {"N": "1700000003"}


async def test_a_result_of_another_version_is_unknown(cache: DynamoResultCache, table: str) -> None:
    client("dynamodb").put_item(
        TableName=table,
        Item={
            "pk": {"S": "result#key"},
            "result": {"S": '{"kind": "hologram", "file_id": "HoLo"}'},
            "expires": {"N": "9999999999"},
        },
    )
    assert await cache.get("key") is None


async def test_a_claim_whose_confirmation_was_lost_is_held(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
    dynamodb = client("dynamodb")
    requests = lose_first_answer(dynamodb)
    cache = DynamoResultCache(table, dynamodb)
    assert await cache.claim("key", 60)
    assert requests == ["UpdateItem", "UpdateItem"]
    assert not await cache.claim("key", 60)


def lose_first_answer(dynamodb: Any) -> list[str]:
    """Let the first request take effect, but answer it with a broken connection."""
    requests: list[str] = []
    send = dynamodb._endpoint.http_session.send

    def lossy(request: Any) -> Any:
        answer = send(request)
        requests.append(request.headers["X-Amz-Target"].decode().partition(".")[2])
        if len(requests) == 1:
            raise EndpointConnectionError(endpoint_url=request.url)
        return answer

    dynamodb._endpoint.http_session.send = lossy
    return requests


def no_delay(*_: object) -> float:
    return 0.0


async def test_a_missing_table_is_an_error(aws: Aws) -> None:
    cache = DynamoResultCache("nowhere")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        await cache.claim("key", 60)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        await cache.get("key")
