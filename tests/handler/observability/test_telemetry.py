"""Ids in every line, and metrics among the lines."""

import asyncio
import json
import logging

import pytest
from pydantic import SecretStr

from handler.observability import telemetry
from handler.observability.log_context import log_context, pseudonym
from handler.observability.logs import hide_in_logs
from handler.settings import Settings
from playground.aws.events import Json
from tests.aws import json_lines
from tests.handler.running_bot import TOKEN

logger = logging.getLogger("handler.test")


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)


def set_up(log_format: str) -> None:
    values = {"bot_token": SecretStr(TOKEN), "log_format": log_format}
    telemetry.set_up(Settings.model_validate(values))


def measured(output: str) -> list[Json]:
    return [line for line in json_lines(output) if "_aws" in line]


def test_lines_of_text_carry_the_ids_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().handlers.clear()
    set_up("text")
    with log_context(update=5), log_context(job="x"):
        logger.info("hello")
    logger.info("bye")
    hello, bye = capsys.readouterr().err.splitlines()
    assert hello.endswith("handler.test: hello [update=5 job=x]")
    assert bye.endswith("handler.test: bye")


async def test_ids_follow_the_work_and_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    barrier = asyncio.Barrier(2)

    async def work(job: str) -> None:
        with log_context(job=job):
            await barrier.wait()
            await asyncio.to_thread(logger.info, job)

    await asyncio.gather(work("a"), work("b"))
    lines = json_lines(capsys.readouterr().out)
    assert {line["message"]: line["job"] for line in lines} == {"a": "a", "b": "b"}
    assert {line["name"] for line in lines} == {"handler.test"}


def test_text_comes_without_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("text")
    telemetry.count("Jobs")
    telemetry.failure("internal")
    telemetry.flush()
    assert capsys.readouterr().out == ""


def test_metrics_of_a_job_are_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "my-stack")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "worker")
    set_up("json")
    with telemetry.observed_job("1", 2, TOKEN), telemetry.stage("Effect"):
        telemetry.count("Jobs")
    telemetry.flush()  # nothing is left
    (line,) = measured(capsys.readouterr().out)
    (definition,) = line["_aws"]["CloudWatchMetrics"]
    assert definition["Namespace"] == "my-stack"
    assert definition["Dimensions"] == [["service"]]
    units = {metric["Name"]: metric["Unit"] for metric in definition["Metrics"]}
    assert units == {"Jobs": "Count", "EffectSeconds": "Seconds", "JobSeconds": "Seconds"}
    assert line["service"] == "worker"
    assert line["Jobs"] == [1.0]
    assert line["JobSeconds"][0] >= line["EffectSeconds"][0] >= 0


def test_a_stage_that_fails_is_measured_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    with pytest.raises(KeyError), telemetry.observed_job("1", 2, TOKEN):
        raise KeyError
    (line,) = measured(capsys.readouterr().out)
    assert len(line["JobSeconds"]) == 1


def test_failures_are_counted_at_all_and_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    telemetry.failure("broken-file")
    (line,) = measured(capsys.readouterr().out)
    (definition,) = line["_aws"]["CloudWatchMetrics"]
    assert definition["Dimensions"] == [["service"], ["service", "kind"]]
    assert (line["kind"], line["Failures"]) == ("broken-file", [1.0])


def test_a_secret_is_in_no_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    hide_in_logs(TOKEN, "<token>")
    set_up("json")
    try:
        raise OSError(f"/bot{TOKEN}/x")
    except OSError:
        logger.exception("failed at %s", TOKEN)
    output = capsys.readouterr().out
    assert TOKEN not in output
    line = json.loads(output)
    assert "OSError: /bot<token>/x" in line["exception"]


def test_clients_of_aws_do_not_tell_secrets_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"bot_token": SecretStr(TOKEN), "log_format": "json", "log_level": "DEBUG"}
    telemetry.set_up(Settings.model_validate(values))
    logging.getLogger("botocore.parsers").debug("Response body: hush-hush")
    assert capsys.readouterr().out == ""


def test_a_pseudonym_tells_chats_apart_and_nothing_else() -> None:
    assert pseudonym(1, "key") == pseudonym(1, "key")
    assert len({pseudonym(1, "key"), pseudonym(2, "key"), pseudonym(1, "other")}) == 3
