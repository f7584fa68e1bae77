"""What `sam local` finds beside it: the functions answer the sample events as docs/aws.md says."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from handler.aws import clients
from handler.observability import telemetry
from handler.processes.lambda_environment import Environment
from handler.settings import Settings
from playground.aws import stand_ins as module
from playground.aws.events import Context
from playground.aws.local_aws import CREDENTIALS
from playground.aws.sam_local import CONVERSATION, EVENTS, main
from playground.aws.stand_ins import ROOT, StandIns, stand_ins


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIns]:
    monkeypatch.chdir(tmp_path)  # no .env there
    async with stand_ins("127.0.0.1", 0, 0) as running:
        yield running


@pytest.fixture
def function(world: StandIns, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """A function with the environment that `sam local` gives it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    given = (ROOT / "playground/aws/environment.json").read_text("utf-8")
    for port, here in (
        (module.AWS_PORT, f"http://127.0.0.1:{world.aws.port}"),
        (module.TELEGRAM_PORT, world.telegram.url),
    ):
        given = given.replace(f"http://host.docker.internal:{port}", here)
    region = {"AWS_DEFAULT_REGION": "eu-central-1"}
    for name, value in (json.loads(given)["Parameters"] | CREDENTIALS | region).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(telemetry, "_metrics", None)
    monkeypatch.setattr(telemetry, "configure_logging", lambda *_, **__: None)
    clients.forget_clients()
    yield Environment()
    clients.forget_clients()


async def test_updates_are_answered_and_end_in_a_job(
    world: StandIns, function: Environment
) -> None:
    answers: dict[str, Any] = {}
    for name in CONVERSATION:
        if name != "job":
            event = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
            answer = await asyncio.to_thread(function.handle, event, Context())
            answers[name] = answer["statusCode"]
    assert answers == {name: right for name, right in CONVERSATION.items() if name != "job"}
    await asyncio.to_thread(function.close)
    job, sample = (
        json.loads(body)
        for body in (
            world.aws.next_job()["Body"],
            json.loads((EVENTS / "job.json").read_text("utf-8"))["Records"][0]["body"],
        )
    )
    assert job.keys() == sample.keys()
    assert job["file_id"] == sample["file_id"] == "sample-photo-2"
    assert [call for call in world.telegram.calls if not call.ok] == []


def test_without_docker_there_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--output", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "docker" in line
