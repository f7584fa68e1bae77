"""The compose files and workflows name only what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from handler.__main__ import app
from handler.settings import Settings
from tests.deployment.cloudformation import ROOT

FILES = ("compose.yaml", "compose.scale.yaml")
OURS = {name.upper() for name in Settings.model_fields}
AWS_OWN = re.compile(r"AWS_[A-Z_]+")


def services(file: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / file).read_text())["services"]
    return {name: value for name, value in found.items() if "neon-bot" in value["image"]}


@pytest.mark.parametrize("file", FILES)
def test_the_bot_knows_every_variable(file: str) -> None:
    for service in services(file).values():
        for name in service.get("environment", {}):
            assert name in OURS or AWS_OWN.fullmatch(name), name


@pytest.mark.parametrize("file", FILES)
def test_every_other_setting_comes_from_one_file(file: str) -> None:
    for service in services(file).values():
        assert service["env_file"] == ".env"


@pytest.mark.parametrize("file", FILES)
def test_no_container_of_the_bot_may_more_than_it_must(file: str) -> None:
    for service in services(file).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_command_exists_and_has_time_to_stop() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands
             if command.callback}  # fmt: skip
    scale = services("compose.scale.yaml")
    assert {name for service in scale.values() for name in service["command"]} <= known
    grace = int(scale["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace >= 60
    stop = Settings.model_fields["stop_seconds"].default
    assert int(services("compose.yaml")["bot"]["stop_grace_period"].removesuffix("s")) > stop


def test_the_table_is_that_of_the_template() -> None:
    made = (ROOT / "compose.scale.yaml").read_text()
    template = (ROOT / "template.yaml").read_text()
    assert "AttributeName=pk,KeyType=HASH" in made
    assert "KeySchema: [{AttributeName: pk, KeyType: HASH}]" in template
    assert "Enabled=true,AttributeName=expires" in made
    assert "TimeToLiveSpecification: {AttributeName: expires, Enabled: true}" in template


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")))
def test_workflows_call_targets_there_are(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for job in workflow["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        called = {
            word
            for step in job["steps"]
            for word in re.findall(r"^make ([a-z-]+)", step.get("run", ""), re.MULTILINE)
        }
        assert called | set(matrix.get("target", [])) <= targets  # fmt: skip


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")))
def test_actions_are_pinned_to_commits(path: Path) -> None:
    """A tag may be moved by whoever takes over its repository; Dependabot keeps these fresh."""
    used = re.findall(r"uses: (.+)$", path.read_text(), re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
