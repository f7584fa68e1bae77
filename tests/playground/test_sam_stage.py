"""What `sam local invoke` is told to run; running it is a container test."""

from pathlib import Path

import pytest

from playground import sam_local
from playground.sam_stage import IMAGE, local_template

BUILT = {
    "Resources": {
        "Webhook": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "ImageUri": "neon-bot:latest",
                "Environment": {"Variables": {"QUEUE_URL": {"Ref": "Jobs"}, "SERVICE": "webhook"}},
            },
        },
        "Worker": {"Type": "AWS::Serverless::Function", "Properties": {}},
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}},
    }
}


def test_the_functions_find_the_stand_ins() -> None:
    made = local_template(
        BUILT, {"QUEUE_URL": "http://here/jobs", "AWS_ENDPOINT_URL": "http://here"}
    )
    webhook, worker, jobs = made["Resources"].values()
    assert webhook["Properties"]["Environment"]["Variables"] == {
        "QUEUE_URL": "http://here/jobs",
        "SERVICE": "webhook",
        "AWS_ENDPOINT_URL": "http://here",
    }
    assert worker["Properties"]["ImageUri"] == IMAGE
    assert jobs == BUILT["Resources"]["Jobs"]


def test_what_was_built_stays_as_it_is() -> None:
    local_template(BUILT, {"QUEUE_URL": "http://here/jobs"})
    assert BUILT["Resources"]["Webhook"]["Properties"]["ImageUri"] == "neon-bot:latest"  # type: ignore[index]


def test_without_docker_there_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sam_local.main(["--output", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "docker" in line
