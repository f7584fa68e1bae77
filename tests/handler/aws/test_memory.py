"""What is DynamoDB's own: items that outlive their time, and when they may be deleted."""

from typing import Any

import pytest

from handler.aws.clients import client
from handler.aws.memory import DynamoMemory
from handler.jobs.memory import SETTINGS, WISH
from tests.aws import Aws
from tests.handler.clock import Clock


@pytest.fixture
def table(aws: Aws) -> str:
    return aws.table()


@pytest.fixture
def memory(table: str, clock: Clock) -> DynamoMemory:
    return DynamoMemory(table, clock=clock)


def items(table: str) -> dict[str, dict[str, Any]]:
    found = client("dynamodb").scan(TableName=table)["Items"]
    return {item["pk"]["S"]: dict(item) for item in found}


async def test_dynamodb_may_delete_what_is_over_and_nothing_that_stays(
    memory: DynamoMemory, table: str
) -> None:
    await memory.put(7, WISH, {"n": 1})
    await memory.put(7, SETTINGS, {"n": 2})
    stored = items(table)
    assert set(stored) == {"memory#7#wish", "memory#7#settings"}
    assert stored["memory#7#wish"]["expires"] == {"N": "1700003601"}
    assert "expires" not in stored["memory#7#settings"]


async def test_what_is_over_does_not_stay_for_the_sake_of_a_later_note(
    memory: DynamoMemory, table: str, clock: Clock
) -> None:
    await memory.put(7, WISH, {"n": 1}, "old")
    clock.now += 3601
    await memory.put(7, WISH, {"n": 2}, "new")
    (item,) = items(table).values()
    assert set(item) == {"pk", "expires", "note:new"}


async def test_to_delete_what_is_not_there_makes_nothing(memory: DynamoMemory, table: str) -> None:
    await memory.delete(7, WISH)
    assert items(table) == {}
