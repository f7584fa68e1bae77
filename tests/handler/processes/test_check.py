"""What the scheduled check finds, and that it is heard."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import WebhookInfo

from handler.aws import clients
from handler.observability import telemetry
from handler.processes.check import MANY_PENDING, webhook_problems
from handler.telegram.client import create_bot
from playground import Playground
from playground.aws.events import Json
from tests.aws import Aws, json_lines
from tests.handler.running_bot import SECRET
from tests.handler.running_function import Function, running_function

URL = "https://bot.example.org/telegram/webhook"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVENT = {"check": {"url": URL, "seconds": 900}}


@pytest.fixture(autouse=True)
def _metrics_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)
    monkeypatch.setattr(telemetry, "configure_logging", lambda *_, **__: None)


@pytest.fixture
async def function(telegram: Playground, weights: Path, aws: Aws) -> AsyncIterator[Function]:
    async with running_function(telegram, weights, aws) as running:
        await ask(running, lambda bot: bot.set_webhook(URL, secret_token=SECRET))
        yield running


async def ask(function: Function, request: Callable[[Bot], Awaitable[object]]) -> None:
    """Ask Telegram as somebody else: the function's own connections belong to its loop."""
    bot = create_bot(function.services.settings)
    async with bot:
        await request(bot)


async def problems(function: Function, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Check; what is answered is what is counted."""
    found: list[str] = (await function.invoke(EVENT))["problems"]
    counted = metric("Problems", capsys.readouterr().out)
    assert counted == [len(found)]
    return found


def metric(name: str, log: str) -> list[float]:
    lines: list[Json] = [line for line in json_lines(log) if "_aws" in line]
    return [value for line in lines for value in line.get(name, [])]


async def test_nothing_is_wrong(function: Function, capsys: pytest.CaptureFixture[str]) -> None:
    assert await problems(function, capsys) == []


async def test_a_webhook_that_leads_elsewhere(
    function: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(function, lambda bot: bot.delete_webhook())
    (problem,) = await problems(function, capsys)
    assert problem == f"Telegram sends updates to nobody, not to {URL}"


def empty(weights: Path) -> None:
    for file in weights.glob("*.safetensors"):
        file.unlink()


async def test_emptied_weights(
    function: Function, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await problems(function, capsys) == []
    empty(weights)
    (problem,) = await problems(function, capsys)
    assert problem.startswith("the weights cannot be looked for: model ")


async def test_a_deleted_table(function: Function, capsys: pytest.CaptureFixture[str]) -> None:
    clients.client("dynamodb").delete_table(TableName="results")
    (problem,) = await problems(function, capsys)
    assert problem.startswith("results and claims cannot be read: ")


async def test_a_deleted_queue(function: Function, capsys: pytest.CaptureFixture[str]) -> None:
    clients.client("sqs").delete_queue(QueueUrl=function.queue.url)
    (problem,) = await problems(function, capsys)
    assert problem.startswith("jobs cannot be queued: ")


def info(pending: int = 0, error: str | None = None, minutes_ago: float = 1) -> WebhookInfo:
    return WebhookInfo(
        url=URL,
        has_custom_certificate=False,
        pending_update_count=pending,
        last_error_message=error,
        last_error_date=NOW - timedelta(minutes=minutes_ago) if error else None,
    )


@pytest.mark.parametrize(
    ("known", "word"),
    [
        (info(pending=MANY_PENDING + 1), "wait at Telegram"),
        (info(error="Wrong response from the webhook: 500 Internal Server Error"), "500"),
        (info(error="Wrong response from the webhook: 401 Unauthorized"), "401"),
        (info(error="Connection timed out"), "timed out"),
    ],
)
def test_what_rings(known: WebhookInfo, word: str) -> None:
    (problem,) = webhook_problems(known, URL, NOW - timedelta(minutes=15))
    assert word in problem


@pytest.mark.parametrize(
    "known",
    [
        info(pending=MANY_PENDING),
        info(error="Wrong response from the webhook: 503 Service Unavailable"),
        info(error="Wrong response from the webhook: 429 Too Many Requests"),
        info(error="Connection timed out", minutes_ago=16),
    ],
)
def test_what_does_not_ring(known: WebhookInfo) -> None:
    assert webhook_problems(known, URL, NOW - timedelta(minutes=15)) == []
