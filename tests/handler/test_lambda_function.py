"""The function: events in, answers out, in one environment from one invocation to the next."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handler.aws import clients
from handler.jobs.messages import RESERVED_SECONDS
from handler.observability import telemetry
from handler.processes import lambda_environment as environments
from handler.processes.lambda_environment import Environment, NotReadyError
from playground import Person
from playground.aws.events import Context, http_event
from tests.aws import json_lines
from tests.handler.running_bot import SECRET, TOKEN, is_text, results
from tests.handler.running_function import Function, answers, update


@pytest.fixture(autouse=True)
def _metrics_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)


async def test_an_update_is_answered_within_the_invocation(
    function: Function, alice: Person
) -> None:
    assert await function.post(update(alice)) == 200
    assert len(answers(alice)) == 1


@pytest.mark.parametrize(
    "event", [None, [], {}, {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}]
)
async def test_other_events_are_refused(function: Function, event: Any) -> None:
    assert (await function.invoke(event))["statusCode"] == 400


async def test_a_malformed_request_is_refused(function: Function) -> None:
    event = http_event() | {"body": "no base64!", "isBase64Encoded": True}
    assert (await function.invoke(event))["statusCode"] == 400


async def test_connections_are_kept_until_they_may_be_stale(
    function: Function, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = []
    now = 1_000_000.0
    monkeypatch.setattr(environments, "time", SimpleNamespace(time=lambda: now))
    for update_id, pause in enumerate((0, 1, environments.STALE_SECONDS + 1)):
        now += pause
        assert await function.post(update(alice, update_id)) == 200
        sessions.append(function.services.bot.session._session)  # type: ignore[attr-defined]
    assert sessions[0] is sessions[1]
    assert sessions[2] is not sessions[1]
    assert sessions[1].closed
    assert len(answers(alice)) == 3


async def test_nothing_goes_on_after_an_answer(function: Function, alice: Person) -> None:
    await function.enqueue(alice)
    await function.post(update(alice))
    await function.next_job()
    loop = function.environment._runner.get_loop()
    assert asyncio.all_tasks(loop) == set()


async def test_a_job_is_done_and_deleted(function: Function, alice: Person) -> None:
    await function.enqueue(alice)
    assert await function.next_job() == {"batchItemFailures": []}
    assert len(results(alice)) == 1
    assert await function.next_job() is None


async def test_a_job_without_time_is_handed_back_and_then_done(
    function: Function, alice: Person
) -> None:
    await function.enqueue(alice)
    function.engine.gate.clear()
    refused = await function.next_job(seconds=RESERVED_SECONDS + 0.5)
    assert refused is not None
    assert len(refused["batchItemFailures"]) == 1
    assert results(alice) == []
    function.engine.gate.set()
    assert await function.next_job() == {"batchItemFailures": []}
    assert len(results(alice)) == 1


async def test_after_the_last_delivery_there_is_an_apology_and_a_dead_letter(
    function: Function, alice: Person
) -> None:
    await function.enqueue(alice)
    function.engine.gate.clear()
    for _ in range(2):
        assert (await function.next_job(seconds=RESERVED_SECONDS + 0.2) or {})["batchItemFailures"]
    said = function.services.texts.get("en", "error-took-too-long")
    assert [message for message in answers(alice) if is_text(said)(message)]
    assert await function.next_job() is None
    dead = clients.client("sqs").receive_message(QueueUrl=function.queue.dead_letters_url)
    assert len(dead["Messages"]) == 1


async def test_the_log_is_json_with_ids_and_metrics_and_without_names(
    function: Function, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    job = await function.enqueue(alice)
    await function.post(update(alice, update_id=7))
    function.engine.failure = RuntimeError(f"a library quotes {TOKEN}")
    await function.next_job()
    log = capsys.readouterr().out
    lines = json_lines(log)
    assert len(lines) == len(log.splitlines())
    (failed,) = [line for line in lines if "failed, the next is in" in str(line.get("message"))]
    assert failed["exception"].startswith("Traceback")
    assert failed["request"] == "request-0"
    (handled,) = [line for line in lines if line.get("update") == "7"]
    metrics = {name for line in lines for name in line.get("_aws", {}) and line}
    assert {"ColdStarts", "Returned", "JobSeconds", "DownloadSeconds"} <= metrics
    assert [line["ColdStarts"] for line in lines if "ColdStarts" in line] == [[1.0]]
    for private in (TOKEN, SECRET, "Ada", "Byron", f'"{alice.id}"', f"={alice.id}"):
        assert private not in log
    assert job.id in str(failed)
    assert len(handled["chat"]) == 12
    assert handled["request"] == "request-0"


async def test_wrong_settings_are_one_line_in_the_log_and_tried_again(
    weights: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    function = Environment()
    answer = await asyncio.to_thread(function.handle, http_event(), Context())
    assert (answer["statusCode"], answer["body"]) == (503, "Not ready")
    with pytest.raises(NotReadyError, match="BOT_TOKEN is not set"):
        await asyncio.to_thread(function.handle, {"Records": []}, Context())
    said = [record.message for record in caplog.records if record.name.startswith("handler.")]
    assert said == 2 * ["the bot cannot start: BOT_TOKEN is not set"]
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("WEIGHTS", str(weights))
    answer = await asyncio.to_thread(function.handle, http_event(), Context())
    assert answer["statusCode"] == 200
    await asyncio.to_thread(function.close)
