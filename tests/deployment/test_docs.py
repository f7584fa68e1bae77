"""docs/aws.md and the runbook keep their promises."""

import re
from typing import get_args

import pytest

from handler.jobs.messages import RESERVED_SECONDS
from handler.observability import telemetry
from handler.processes.running import WORK_GRACE_SECONDS
from tests.deployment.cloudformation import ROOT, bootstrap, resources, template
from tests.documented import parse

TEXT = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PARAMETERS = template()["Parameters"]
# Prices in dollars, as in the table: per GB-second, per request, per GB.
GB_SECOND, REQUEST, MESSAGE, WRITE, READ = 0.0000166667, 0.2e-6, 0.5e-6, 0.625e-6, 0.125e-6
API_REQUEST, LOG_GB, SENT_GB = 1e-6, 0.5, 0.09
GB_SECONDS = 8 * 3008 / 1024 + 2 * 0.3
# For each picture, as tests/end_to_end/test_deployed_shape.py counts them.
MESSAGES, WRITES, READS = 4, 18, 14
IDLE_MESSAGES = 650_000
"""Requests a month with which Lambda asks an empty queue: those of the free tier go there first."""


def test_every_parameter_is_described_with_its_default_and_nothing_else() -> None:
    described = dict(re.findall(r"^\| `([A-Za-z]+)` \| ([^|]+) \|", TEXT, re.MULTILINE))
    defaults = {name: parameter.get("Default") for name, parameter in PARAMETERS.items()}
    special = {None: "required", "": "–"}
    assert described == {name: special.get(d, f"`{d}`") for name, d in defaults.items()}


def test_no_parameter_is_given_that_does_not_exist() -> None:
    given = re.findall(r"PARAMETERS=(?:\"([^\"]+)\"|([^\s`]+))", TEXT + RUNBOOK)
    assignments = [pair.partition("=") for both in given for pair in "".join(both).split()]
    assert len(assignments) >= 8
    for name, _, value in assignments:
        assert name in PARAMETERS
        allowed = PARAMETERS[name].get("AllowedValues")
        assert allowed is None or value in map(str, allowed), (name, value)


def test_every_name_of_the_template_exists() -> None:
    """Whatever looks like a parameter, an output or a function is one."""
    metrics = {f"{stage}Seconds" for stage in get_args(telemetry.Stage)}
    others = {"AllAtOnce", "PerExecutionEnvironmentMaxConcurrency", *metrics}
    known = {*PARAMETERS, *template()["Outputs"], *resources(), *others}
    for text in (TEXT, RUNBOOK):
        named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][A-Za-z]*)+)[`=]", text))
        assert named <= known


def test_commands_in_the_runbooks_tables_can_be_typed() -> None:
    """Those in its blocks are looked at by tests/test_docs.py."""
    quoted = re.findall(r"`[^`\n]* -m (handler [^`\n]+)`", RUNBOOK)
    assert quoted
    for command in quoted:
        parse(command.split())


def test_every_output_that_is_named_exists() -> None:
    named = set(re.findall(r"handler stack output neon-bot (\w+)", TEXT + RUNBOOK))
    assert named == {"WebhookSecretArn"}
    assert named <= set(template()["Outputs"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    of_base = set(re.findall(r"handler stack output \$\(STACK\)-base (\w+)", makefile))
    assert of_base == set(bootstrap()["Outputs"])


def test_a_worker_elsewhere_has_time_to_hand_its_job_back() -> None:
    (seconds,) = re.findall(r"--stop-timeout (\d+)", TEXT)
    assert int(seconds) >= WORK_GRACE_SECONDS + RESERVED_SECONDS
    assert f"{WORK_GRACE_SECONDS:.0f} seconds" in TEXT


@pytest.mark.parametrize("pictures", [100, 10_000, 1_000_000])
def test_the_costs_add_up(pictures: int) -> None:
    duration = pictures * GB_SECONDS * GB_SECOND
    small = pictures * (
        3 * REQUEST
        + 2 * API_REQUEST
        + MESSAGES * MESSAGE
        + WRITES * WRITE
        + READS * READ
        + 6e-6 * LOG_GB
    )
    sent = pictures * 0.001 * SENT_GB
    row = f"| {pictures:,} | {duration:.2f} | {small:.2f} | {sent:.2f} |"
    total = f"**{duration + small + sent:.2f}** | {_with_free_tier(pictures):.2f} |"
    assert f"{row} {total}" in TEXT


def _with_free_tier(pictures: int) -> float:
    def beyond(used: float, free: float) -> float:
        return max(0.0, used - free)

    return (
        beyond(pictures * GB_SECONDS, 400_000) * GB_SECOND
        + beyond(pictures * 3, 1_000_000) * REQUEST
        + pictures * 2 * API_REQUEST
        + beyond(pictures * MESSAGES + IDLE_MESSAGES, 1_000_000) * MESSAGE
        + pictures * (WRITES * WRITE + READS * READ)
        + beyond(pictures * 6e-6, 5) * LOG_GB
        + beyond(pictures * 0.001, 100) * SENT_GB
    )


def test_the_costs_name_the_requests() -> None:
    assert f"| SQS FIFO | {MESSAGES} × 0.50 / million | " in TEXT
    assert f"| DynamoDB | {WRITES} writes × 0.625 / million + {READS} reads × " in TEXT


def test_the_worst_month_adds_up() -> None:
    """At the template's own limits, from the parameters' defaults."""
    defaults = {name: parameter.get("Default") for name, parameter in PARAMETERS.items()}
    month = round(30.4 * 24 * 3600)
    busy = defaults["WorkerConcurrency"] * month
    pictures = busy / 8
    requests = defaults["RequestsPerSecond"] * month
    rows = [
        busy * defaults["WorkerMemory"] / 1024 * GB_SECOND,
        pictures * 0.001 * SENT_GB,
        pictures * (REQUEST + MESSAGES * MESSAGE + WRITES * WRITE + READS * READ + 6e-6 * LOG_GB),
        requests * (API_REQUEST + REQUEST),
        requests * 1e-6 * LOG_GB,
    ]
    for row in rows:
        assert f" {row:.2f} |" in TEXT
    assert f"**{sum(rows):,.2f}**" in TEXT
