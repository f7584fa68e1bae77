"""What fails on AWS is counted, by its kind, so that an alarm can ring."""

import asyncio
import json

import pytest

from handler.aws import clients
from playground.aws.events import http_event
from tests.aws import json_lines
from tests.end_to_end.test_deployed_shape import (
    Deployed,
    _as_before,  # noqa: F401  # fixtures
    deployed,  # noqa: F401
    invoke,
    offered,
    photo,
)
from tests.model_layer.conftest import tiny_weights  # noqa: F401


def counted(log: str, name: str = "Failures") -> set[str]:
    """Return the kinds of what was counted."""
    return {line["kind"] for line in json_lines(log) if name in line and "kind" in line}


def measured(log: str, name: str) -> list[float]:
    return [value for line in json_lines(log) for value in line.get(name, [])]


@pytest.fixture
def bot(deployed: Deployed) -> Deployed:  # noqa: F811
    return deployed


async def test_all_is_well(bot: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    alice = bot.telegram.person("Alice")
    await bot.press(alice, "neon:neon", await offered(alice, photo()))
    await bot.work()
    log = capsys.readouterr().out
    assert counted(log) == set()
    assert sum(measured(log, "Updates")) == 2
    assert (measured(log, "Presses"), measured(log, "Jobs")) == ([1], [1])
    (seconds,) = measured(log, "PressToPictureSeconds")
    assert seconds > max(measured(log, "EffectSeconds"))


async def test_emptied_weights(bot: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    s3 = clients.client("s3")
    for found in s3.list_objects_v2(Bucket="weights")["Contents"]:
        s3.delete_object(Bucket="weights", Key=found["Key"])
    alice = bot.telegram.person("Alice")
    await bot.press(alice, "neon:neon", await offered(alice, photo()))
    log = capsys.readouterr().out
    assert counted(log) == {"weights"}
    assert counted(log, "Refusals") == {"model-missing"}


async def test_a_deleted_table(bot: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    clients.client("dynamodb").delete_table(TableName="results")
    alice = bot.telegram.person("Alice")
    offer = await offered(alice, photo())
    pressing = asyncio.create_task(alice.press("neon:neon", offer))
    async with asyncio.timeout(10):
        while 503 not in {answer["statusCode"] for answer in bot.answers}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    pressing.cancel()
    assert counted(capsys.readouterr().out) == {"store"}


async def test_a_deleted_queue(bot: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    clients.client("sqs").delete_queue(QueueUrl=bot.queue_url)
    alice = bot.telegram.person("Alice")
    await bot.press(alice, "neon:neon", await offered(alice, photo()))
    assert counted(capsys.readouterr().out) == {"store"}


async def test_a_wrong_secret_is_no_failure_but_counted(
    bot: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    event = http_event("POST", "/telegram/webhook", body=json.dumps({"update_id": 1}).encode())
    assert (await invoke(bot.webhook, event))["statusCode"] == 401
    log = capsys.readouterr().out
    assert (measured(log, "Unauthorised"), counted(log)) == ([1], set())
