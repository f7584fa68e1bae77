"""Workers that fetch their jobs themselves, and how they are woken."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handler.aws import clients
from handler.jobs.messages import RESERVED_SECONDS
from handler.observability import telemetry
from handler.processes import taking
from playground import Person, Playground
from tests.aws import Aws
from tests.handler.running_bot import results
from tests.handler.running_function import Function, running_function


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)
    monkeypatch.setattr(telemetry, "configure_logging", lambda *_, **__: None)
    monkeypatch.setattr(taking, "POLL_SECONDS", 0.0)


@pytest.fixture
async def function(telegram: Playground, weights: Path, aws: Aws) -> AsyncIterator[Function]:
    async with running_function(telegram, weights, aws) as running:
        yield running


class Lambda:
    """Takes note of invocations, and may refuse them."""

    def __init__(self) -> None:
        self.invocations: list[dict[str, Any]] = []

    def invoke(self, **invocation: Any) -> None:
        self.invocations.append(invocation)


@pytest.fixture
def lambda_(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    found, real = Lambda(), clients.client
    monkeypatch.setattr(clients, "client", lambda name: found if name == "lambda" else real(name))
    return found


def wish(backlog: int, most: int) -> dict[str, Any]:
    return {"wake": {"function": "neon-gpu-worker", "backlog": backlog, "most": most}}


@pytest.mark.parametrize(
    ("jobs", "backlog", "asked"), [(0, 1, 0), (3, 4, 0), (4, 4, 1), (9, 4, 2), (9, 1, 4)]
)
async def test_a_gpu_is_asked_for_where_enough_jobs_wait(
    function: Function,
    alice: Person,
    lambda_: Lambda,
    *,
    jobs: int,
    backlog: int,
    asked: int,
) -> None:
    for _ in range(jobs):
        await function.enqueue(alice)
    assert await function.invoke(wish(backlog, most=4)) == {"waiting": jobs, "asked": asked}
    assert len(lambda_.invocations) == asked
    for invocation in lambda_.invocations:
        assert invocation["FunctionName"] == "neon-gpu-worker"
        assert invocation["InvocationType"] == "Event"  # refused, Lambda itself tries again
        assert json.loads(invocation["Payload"]) == {"take": True}


async def test_jobs_are_taken_until_none_is_left(function: Function, alice: Person) -> None:
    for _ in range(3):
        await function.enqueue(alice)
    seconds = function.services.settings.job_seconds + 60
    assert await function.invoke({"take": True}, seconds) == {"taken": 3}
    assert len(results(alice)) == 3
    assert await function.next_job() is None  # they are gone from the queue


async def test_no_job_is_begun_that_may_not_end(function: Function, alice: Person) -> None:
    await function.enqueue(alice)
    seconds = function.services.settings.job_seconds + RESERVED_SECONDS - 1
    assert await function.invoke({"take": True}, seconds) == {"taken": 0}
    assert results(alice) == []
    # Nobody has received it: a refusal costs none of the deliveries that the queue allows.
    sqs = clients.client("sqs")
    answer = await asyncio.to_thread(
        sqs.receive_message,
        QueueUrl=function.queue.url,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
    )
    (message,) = answer["Messages"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


async def test_a_job_that_fails_comes_again(function: Function, alice: Person) -> None:
    await function.enqueue(alice)
    function.engine.failure = MemoryError()
    seconds = function.services.settings.job_seconds + 60
    assert await function.invoke({"take": True}, seconds) == {"taken": 1}
    assert results(alice) == []
    assert await function.next_job() is None  # after a pause
