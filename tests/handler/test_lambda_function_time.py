"""What the function does with its time: nothing takes longer, and nothing goes on afterwards."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from handler.aws import clients
from handler.jobs import model_thread
from handler.jobs.messages import RESERVED_SECONDS, VISIBILITY_MARGIN_SECONDS
from handler.observability import telemetry
from handler.processes.lambda_environment import ANSWER_SECONDS, REQUESTS_IN_TURN
from handler.services import Services
from handler.settings import Settings
from handler.telegram.client import TelegramSession
from playground import Person
from playground.aws.events import http_event
from tests.aws import json_lines
from tests.deployment.cloudformation import resources
from tests.handler.running_bot import SECRET, TOKEN, results
from tests.handler.running_function import Function

WEBHOOK_SECONDS = resources("AWS::Serverless::Function")["WebhookFunction"]["Properties"]["Timeout"]


@pytest.fixture(autouse=True)
def _metrics_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)


def warnings(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    lines = json_lines(capsys.readouterr().out)
    return [line["message"] for line in lines if line.get("level") == "WARNING"]


class Stubborn:
    """An engine's work, which reports progress only when it is let."""

    def __init__(self, function: Function) -> None:
        self.may_report = threading.Event()
        self.running = threading.Event()
        self._apply = function.engine.apply
        function.engine.apply = self.apply  # type: ignore[assignment, method-assign]

    def apply(self, *work: Any) -> Any:
        self.running.set()
        try:
            self.may_report.wait(10)
            return self._apply(*work)
        finally:
            self.running.clear()


async def test_no_network_computes_after_the_answer(function: Function, alice: Person) -> None:
    await function.enqueue(alice)
    function.engine.gate.clear()  # for ever, unless it is asked to stop
    work = Stubborn(function)
    work.may_report.set()
    answer = await function.next_job(seconds=RESERVED_SECONDS + 1)
    assert answer is not None
    assert answer["batchItemFailures"]
    assert function.engine.applied == ["neon:max"]
    assert not work.running.is_set()


async def test_a_network_that_does_not_stop_is_not_waited_for_for_ever(
    function: Function,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(model_thread, "STOP_SECONDS", 0.1)
    await function.enqueue(alice)
    function.engine.gate.clear()
    work = Stubborn(function)
    answer = await function.next_job(seconds=RESERVED_SECONDS + 1)
    assert work.running.is_set()
    assert answer is not None
    assert answer["batchItemFailures"]
    assert "the model goes on computing 0 s after it was to stop" in warnings(capsys)
    work.may_report.set()  # it stops now, and the next job has the thread
    function.engine.gate.set()
    assert await function.next_job() == {"batchItemFailures": []}
    assert len(results(alice)) == 1


async def test_a_message_is_hidden_for_little_longer_than_the_invocation(
    function: Function, alice: Person
) -> None:
    hidden: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        hidden.append(params["VisibilityTimeout"])

    event = "provide-client-params.sqs.ChangeMessageVisibility"
    clients.client("sqs").meta.events.register(event, note)
    await function.enqueue(alice)
    assert await function.next_job(seconds=300) == {"batchItemFailures": []}
    assert hidden == [300 + VISIBILITY_MARGIN_SECONDS]


async def test_requests_to_telegram_are_short_for_the_webhook_and_not_for_the_worker(
    function: Function, alice: Person
) -> None:
    session = function.services.bot.session
    assert isinstance(session, TelegramSession)
    event = http_event(path="/health")
    await function.invoke(event, seconds=WEBHOOK_SECONDS)
    assert session.longest is not None
    assert 5 < session.longest < 10
    assert REQUESTS_IN_TURN * session.longest + ANSWER_SECONDS <= WEBHOOK_SECONDS
    await function.enqueue(alice)
    await function.next_job()
    assert session.longest is None


async def test_one_slow_request_leaves_time_for_others(
    silent_telegram: str, weights: Path, alice: Person
) -> None:
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        webhook_secret=SecretStr(SECRET),
        telegram_api_url=HttpUrl(silent_telegram),
        weights=weights,
    )
    services = Services(settings)
    session = services.bot.session
    assert isinstance(session, TelegramSession)
    session.longest = 0.05
    began = time.monotonic()
    with pytest.raises(Exception, match="Request timeout"):
        await services.bot.send_message(alice.id, "hello")
    assert time.monotonic() - began < 5  # and not a minute
    await services.stop()
