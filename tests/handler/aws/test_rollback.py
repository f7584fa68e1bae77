"""`make rollback`: the image before, in both functions."""

import json
from typing import Any

import pytest

from handler.__main__ import main
from handler.aws import clients
from tests.aws import ACCOUNT, Aws

ROLE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"WebhookFunction": {"Value": "webhook"}, "WorkerFunction": {"Value": "worker"}},
}


class Deployed:
    """A stack whose functions are real enough: versions, and the alias that traffic goes to."""

    def __init__(self) -> None:
        self.functions: Any = clients.client("lambda")

    def deploy(self, image: str, *functions: str) -> None:
        """Publish a version with an image, and let traffic go to it."""
        for name in functions or ("webhook", "worker"):
            self.functions.update_function_code(FunctionName=name, ZipFile=image.encode())
            version = self.functions.publish_version(FunctionName=name)["Version"]
            self.functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    def running(self) -> tuple[str, str]:
        """Return the versions that traffic goes to."""
        webhook, worker = (
            self.functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
            for name in ("webhook", "worker")
        )
        return webhook, worker


@pytest.fixture
def stack(aws: Aws) -> Deployed:
    boto = clients._session()
    boto.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(ROLE))
    clients.client("cloudformation").create_stack(
        StackName="neon", TemplateBody=json.dumps(TEMPLATE)
    )
    deployed = Deployed()
    for name in ("webhook", "worker"):
        deployed.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="a.b",
            Role=f"arn:aws:iam::{ACCOUNT}:role/role",
            Code={"ZipFile": b"first"},
            Publish=True,
        )
        deployed.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return deployed


def test_both_functions_go_back_together(
    stack: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.deploy("second")
    stack.deploy("third")
    assert stack.running() == ("3", "3")
    assert main(["stack", "rollback", "neon"]) == 0
    assert stack.running() == ("2", "2")
    assert capsys.readouterr().out.splitlines() == [
        "worker: live is version 2 again",
        "webhook: live is version 2 again",
    ]
    assert main(["stack", "rollback", "neon"]) == 0  # and further
    assert stack.running() == ("1", "1")


def test_versions_with_other_settings_only_are_passed_over(stack: Deployed) -> None:
    stack.deploy("second")
    stack.functions.update_function_configuration(FunctionName="worker", MemorySize=512)
    stack.deploy("second", "worker")
    stack.deploy("third")
    assert main(["stack", "rollback", "neon"]) == 0
    webhook, worker = stack.running()
    assert webhook == "2"
    configured = stack.functions.get_function_configuration(FunctionName="worker", Qualifier=worker)
    assert configured["MemorySize"] == 512


def test_nothing_before_is_said(stack: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "rollback", "neon"]) == 1
    assert "no version of another image before 1" in capsys.readouterr().err
    assert stack.running() == ("1", "1")
