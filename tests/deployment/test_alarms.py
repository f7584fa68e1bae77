"""What rings and what does not, by the metric math of the alarms."""

import json
import re
from typing import Any, get_args

import numpy as np
import pytest

from handler.observability import telemetry
from handler.processes.check import KEY
from tests.deployment.cloudformation import resources, template

ALARMS = {
    name: alarm["Properties"]
    for name, alarm in resources("AWS::CloudWatch::Alarm").items()
    if name.endswith("Alarm")
}


def value(name: str, **metrics: float) -> float:
    """Calculate an alarm's expression as CloudWatch does; a metric that is not given is missing."""
    queries = ALARMS[name]["Metrics"]
    (expression,) = [query["Expression"] for query in queries if "Expression" in query]
    assert set(metrics) <= {query["Id"] for query in queries}
    names: dict[str, Any] = {query["Id"]: metrics.get(query["Id"]) for query in queries}
    names["FILL"] = lambda given, default: np.float64(default if given is None else given)
    names["IF"] = lambda condition, then, otherwise: then if condition else otherwise
    with np.errstate(invalid="ignore"):  # a branch that is not taken may divide by nothing
        return float(eval(expression.replace(" AND ", " and "), names))  # noqa: S307  # our own


def rings(name: str, **metrics: float) -> bool:
    alarm = ALARMS[name]
    found, threshold = value(name, **metrics), alarm["Threshold"]
    if alarm["ComparisonOperator"] == "GreaterThanThreshold":
        return bool(found > threshold)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    return bool(found >= threshold)


@pytest.mark.parametrize(
    "metrics",
    [
        {"updating": 3, "updates": 3},  # emptied weights, on a quiet day
        {"updating": 4},  # the bot cannot even be made
        {"working": 10, "updates": 100, "jobs": 50},
    ],
)
def test_a_share_of_failures_rings(metrics: dict[str, float]) -> None:
    assert rings("FailuresAlarm", **metrics)


@pytest.mark.parametrize(
    "metrics", [{}, {"updates": 9}, {"updating": 2, "updates": 2}, {"updating": 5, "updates": 1000}]
)
def test_few_failures_do_not_ring(metrics: dict[str, float]) -> None:
    assert not rings("FailuresAlarm", **metrics)


def test_presses_without_pictures_ring() -> None:
    assert rings("SilenceAlarm", presses=1)
    assert not rings("SilenceAlarm")
    assert not rings("SilenceAlarm", presses=5, jobs=1)
    assert not rings("SilenceAlarm", presses=5, known=1)
    # Once is not enough: the pictures of the last presses come in the next period.
    assert ALARMS["SilenceAlarm"]["DatapointsToAlarm"] == 3


def test_a_check_that_does_not_come_rings() -> None:
    alarm = ALARMS["CheckAlarm"]
    assert alarm["TreatMissingData"] == "breaching"
    events = resources()["WebhookFunction"]["Properties"]["Events"]
    schedule = events["Check"]["Properties"]
    (minutes,) = re.findall(r"rate\((\d+) minutes\)", schedule["Schedule"])
    assert int(minutes) * 60 < alarm["Period"]


def test_the_schedule_asks_for_a_check_of_the_right_address() -> None:
    events = resources()["WebhookFunction"]["Properties"]["Events"]
    event = json.loads(events["Check"]["Properties"]["Input"]["Fn::Sub"])
    assert set(event) == {KEY}
    assert event["check"]["url"] == template()["Outputs"]["WebhookUrl"]["Value"]["Fn::Sub"]
    assert event["check"]["seconds"] >= 600


def test_alarms_watch_what_the_bot_measures() -> None:
    known = {*get_args(telemetry.Counter), "Failures"}
    for alarm in ALARMS.values():
        for query in alarm.get("Metrics", []):
            if "MetricStat" in query:
                assert query["MetricStat"]["Metric"]["MetricName"] in known
        if alarm.get("Namespace") == {"Ref": "AWS::StackName"}:
            assert alarm["MetricName"] in known


def test_answers_that_mean_later_do_not_ring() -> None:
    """The webhook's own 503s and the API's 429s: no alarm is on the statuses of the API."""
    assert not [
        name for name, alarm in ALARMS.items() if alarm.get("Namespace") == "AWS/ApiGateway"
    ]
