"""The dashboard shows what there is, and everything that the bot measures."""

import json
import re
from typing import Any, NamedTuple, get_args

import pytest
from pydantic import SecretStr

from handler.observability import telemetry
from handler.settings import Settings
from tests.aws import json_lines
from tests.deployment.cloudformation import resources, template

NAMESPACE = "${AWS::StackName}"
SERVICES = {
    function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    for function in resources("AWS::Serverless::Function").values()
}


class Metric(NamedTuple):
    """What CloudWatch knows a metric of the bot by, but for the dimensions' values."""

    name: str
    dimensions: frozenset[str]


def widgets() -> list[dict[str, Any]]:
    body = resources()["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def spelled_out(rows: list[list[Any]]) -> list[list[str]]:
    """Replace "." by what is above it, and "..." by the row above, as CloudWatch does."""
    full: list[list[str]] = []
    for row in rows:
        words = [word for word in row if isinstance(word, str)]
        if words[:1] == ["..."]:
            words = full[-1][: len(full[-1]) - len(words) + 1] + words[1:]
        if words:  # else an expression
            full.append([full[-1][i] if word == "." else word for i, word in enumerate(words)])
    return full


def own_rows() -> list[list[str]]:
    """Return namespace, name and dimensions of the bot's metrics that are shown by name."""
    rows = [row for widget in widgets() for row in spelled_out(widget["properties"]["metrics"])]
    return [row for row in rows if row[0] == NAMESPACE]


def expressions() -> list[str]:
    return [
        column["expression"]
        for widget in widgets()
        for row in widget["properties"]["metrics"]
        for column in row
        if isinstance(column, dict) and "expression" in column
    ]


def searched() -> set[Metric]:
    """Return the bot's metrics that a search of the dashboard finds."""
    searches = re.findall(
        r'SEARCH\(\'{"([^"]+)",([a-z,]+)} MetricName="(\w+)"', "\n".join(expressions())
    )
    assert {namespace for namespace, _, _ in searches} == {NAMESPACE}
    return {Metric(name, frozenset(keys.split(","))) for _, keys, name in searches}


@pytest.fixture
def emitted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> set[Metric]:
    """Everything that telemetry can measure, as it prints it."""
    monkeypatch.setattr(telemetry, "_metrics", None)
    telemetry.set_up(Settings.model_validate({"bot_token": SecretStr("1:a"), "log_format": "json"}))
    for counter in get_args(telemetry.Counter):
        telemetry.count(counter)
    for stage in get_args(telemetry.Stage):
        with telemetry.stage(stage):
            pass
    telemetry.failure("internal")
    telemetry.refusal("busy")
    telemetry.flush()
    return {
        Metric(metric["Name"], frozenset(dimensions))
        for line in json_lines(capsys.readouterr().out)
        for definition in line["_aws"]["CloudWatchMetrics"]
        for dimensions in definition["Dimensions"]
        for metric in definition["Metrics"]
    }


def test_what_the_bot_measures_is_shown_and_nothing_else(emitted: set[Metric]) -> None:
    shown = {Metric(row[1], frozenset(row[2::2])) for row in own_rows()}
    assert shown | searched() == emitted


def test_metrics_are_those_of_a_function_there_is() -> None:
    for row in own_rows():
        values = dict(zip(row[2::2], row[3::2], strict=True))
        assert values["service"] in SERVICES


def test_the_namespace_is_that_of_the_functions() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == {"Ref": NAMESPACE[2:-1]}


def test_no_widgets_overlap() -> None:
    cells = [
        (widget["x"] + column, widget["y"] + row)
        for widget in widgets()
        for column in range(widget["width"])
        for row in range(widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24
