"""What SAM makes of the template: versions, aliases, deployments that can be taken back."""

import copy
from functools import cache
from typing import Any

import pytest
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

from tests.deployment.cloudformation import template

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/images:neon-bot-0a1b2c-latest"
GIVEN = {
    "BotTokenArn": "arn:aws:ssm:eu-central-1:123456789012:parameter/token",
    "WeightsBucket": "weights",
}


@cache
def _transformed(parameters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    source = copy.deepcopy(template())
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":  # `sam deploy` puts the image's address
            resource["Properties"]["ImageUri"] = (
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:b"
            )
    defaults = {
        name: parameter["Default"]
        for name, parameter in source["Parameters"].items()
        if "Default" in parameter
    }
    values = {**defaults, **GIVEN, **dict(parameters)}
    made = Translator({}, Parser()).translate(source, values)
    resources: dict[str, Any] = made["Resources"]
    return resources


def transformed(**parameters: str) -> dict[str, Any]:
    """Return the resources that CloudFormation is given."""
    return _transformed(tuple(parameters.items()))


@pytest.fixture(autouse=True)
def _a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


@pytest.mark.parametrize("function", ["WebhookFunction", "WorkerFunction"])
def test_traffic_goes_over_only_after_the_hook(function: str) -> None:
    alias = transformed()[f"{function}Aliaslive"]
    policy = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert policy["BeforeAllowTrafficHook"] == {"Ref": "DeploymentHook"}
    group = transformed()[policy["DeploymentGroupName"]["Ref"]]["Properties"]
    assert group["AutoRollbackConfiguration"]["Enabled"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def versions(**parameters: str) -> set[str]:
    return {
        name
        for name, resource in transformed(**parameters).items()
        if resource["Type"] == "AWS::Lambda::Version"
    }


def test_a_release_of_its_own_is_a_version_of_each_function() -> None:
    """Or new settings would never reach the alias that traffic goes to."""
    assert len(versions(Release="0a")) == 2
    assert len(versions(Release="0a") | versions(Release="0b")) == 4
    # Why there has to be a name: SAM does not see that a parameter has another value.
    assert versions(Release="0a") == versions(Release="0a", LogLevel="DEBUG")


def test_the_queue_and_the_api_call_the_alias() -> None:
    source = transformed()["WorkerFunctionJobs"]["Properties"]
    assert source["FunctionName"] == {"Ref": "WorkerFunctionAliaslive"}
    check = transformed()["WebhookFunctionCheck"]["Properties"]
    assert check["Targets"][0]["Arn"] == {"Ref": "WebhookFunctionAliaslive"}


def test_the_hook_may_try_both_versions() -> None:
    variables = transformed()["DeploymentHook"]["Properties"]["Environment"]["Variables"]
    tried = {variables["NEW_WEBHOOK"]["Ref"], variables["NEW_WORKER"]["Ref"]}
    assert tried == versions()
