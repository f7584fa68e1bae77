"""A function that is really killed over a job, and the one that gets the job next."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handler.aws import clients
from handler.observability import telemetry
from playground import Playground
from playground.aws.events import Json, sqs_event
from tests.aws import Aws
from tests.handler.running_bot import TOKEN, is_text
from tests.handler.running_function import answers, running_function

ROOT = Path(__file__).parents[2]

KILLED = """
import json, os, signal, sys
from handler.processes.lambda_environment import Environment
from handler.services import Services
from handler.settings import Settings
from playground.aws.events import Context
from playground.engine import FakeEngine

class Deadly(FakeEngine):
    def apply(self, *_):
        os.kill(os.getpid(), signal.SIGKILL)

services = lambda: Services(Settings(), engine_factory=Deadly)
Environment(services).handle(json.load(sys.stdin), Context())
"""


def received(queue_url: str) -> list[Json]:
    answer = clients.client("sqs").receive_message(
        QueueUrl=queue_url, MessageSystemAttributeNames=["All"]
    )
    return [dict(message) for message in answer.get("Messages", [])]


async def test_the_person_hears_of_it_from_the_last_function(
    telegram: Playground, weights: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)
    alice = telegram.person("Alice")
    await alice.send_text("/start")
    async with running_function(telegram, weights, aws) as function:
        settings = function.services.settings
        for name, value in (
            ("BOT_TOKEN", TOKEN),
            ("TELEGRAM_API_URL", telegram.url),
            ("WEIGHTS", str(weights)),
            ("QUEUE_URL", settings.queue_url),
            ("RESULTS_TABLE", settings.results_table),
        ):
            monkeypatch.setenv(name, str(value))
        await function.enqueue(alice)
        (message,) = received(function.queue.url)
        event = json.dumps(sqs_event(message))
        first = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", KILLED],
            cwd=ROOT,
            input=event,
            text=True,
            check=False,
            timeout=60,
        )
        assert first.returncode == -signal.SIGKILL
        assert received(function.queue.url) == []  # not before the first one's time is over
        clients.client("sqs").change_message_visibility(
            QueueUrl=function.queue.url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=0,
        )
        assert (await function.next_job() or {})["batchItemFailures"]
        assert function.engine.applied == []
        sorry = function.services.texts.get("en", "error-internal")
        assert len([said for said in answers(alice) if is_text(sorry)(said)]) == 1
        assert received(function.queue.url) == []
        assert len(received(function.queue.dead_letters_url)) == 1
