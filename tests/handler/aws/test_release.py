"""What a deployment is called."""

import json
from pathlib import Path

import pytest

from handler.aws import clients
from handler.aws.release import release
from tests.aws import Aws

TEMPLATE = {
    "Parameters": {name: {"Type": "String"} for name in ("LogLevel", "Memory", "Trial")},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
}
NOW = {"LogLevel": "INFO", "Memory": "1024", "Trial": "abc"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {}")
    return path


@pytest.fixture
def stack(aws: Aws) -> str:
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in NOW.items()]
    clients.client("cloudformation").create_stack(
        StackName="neon",
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=given,  # type: ignore[arg-type]
    )
    return "neon"


def test_the_same_is_called_the_same(stack: str, template: Path) -> None:
    name = release(stack, "sha256:1", template, "")
    assert name == release(stack, "sha256:1", template, "")
    assert name == release(stack, "sha256:1", template, "LogLevel=INFO")  # as it is
    assert name == release(stack, "sha256:1", template, "Trial=def")  # follows from the weights


def test_what_differs_is_called_otherwise(stack: str, template: Path) -> None:
    names = {
        release(stack, "sha256:1", template, ""),
        release(stack, "sha256:2", template, ""),
        release(stack, "sha256:1", template, "LogLevel=DEBUG"),
        release(stack, "sha256:1", template, 'LogLevel=DEBUG Memory="2048"'),
    }
    template.write_text("Resources: {New: {}}")
    names.add(release(stack, "sha256:1", template, ""))
    assert len(names) == 5


def test_a_first_deployment_has_a_name_too(aws: Aws, template: Path) -> None:
    assert len(release("nobody", "sha256:1", template, "A=b")) == 32
    with pytest.raises(ValueError, match="A: is not Name=value"):
        release("nobody", "sha256:1", template, "A")
