"""Least privilege: nobody is allowed more than what this bot does."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.deployment.cloudformation import (
    deploy_role,
    flat,
    resources,
    statements,
    without_conditions,
)

ALLOWED = {
    f"{name}/{statement.get('Sid', number)}": statement
    for number, (name, statement) in enumerate(statements())
    if statement["Effect"] == "Allow"
}
# AWS gives these no resource to name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE = {
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def _text(resource: Any) -> str:
    """Return an ARN with what is filled in left open: ``${Bucket.Arn}/models/*``."""
    if isinstance(resource, Mapping):
        ((function, value),) = resource.items()
        if function == "Fn::Sub":
            return str(value)
        return "${" + (".".join(value) if isinstance(value, list) else str(value)) + "}"
    return str(resource)


def test_no_action_is_a_wildcard() -> None:
    assert ALLOWED
    for name, statement in ALLOWED.items():
        assert "NotAction" not in statement, name
        for action in flat(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), f"{name} allows {action}"


def test_every_resource_is_named() -> None:
    """A wildcard may only stand for what is inside a resource of this stack."""
    for name, statement in ALLOWED.items():
        assert "NotResource" not in statement, name
        for resource in map(_text, flat(statement.get("Resource", []))):
            problem = f"{name} allows its actions on {resource}"
            if resource == "*":
                assert set(flat(statement["Action"])) <= WITHOUT_RESOURCE, problem
            else:
                # "Function.Arn:*" are the function's versions.
                container, _, rest = re.sub(r":\*$", "/*", resource).rpartition("/*")
                assert "*" not in container + rest, problem
                assert "${" in container + rest, problem


def test_nobody_else_is_let_in() -> None:
    let_in = {
        name: set(statement["Principal"])
        for name, statement in ALLOWED.items()
        if "Principal" in statement
    }
    assert let_in
    assert {name: who for name, who in let_in.items() if who != {"Service"}} == {}


def test_every_function_has_a_role_of_its_own() -> None:
    functions = resources("AWS::Serverless::Function").values()
    roles = [function["Properties"]["Role"]["Fn::GetAtt"][0] for function in functions]
    assert sorted(roles) == ["DeploymentHookRole", "WebhookRole", "WorkerRole"]
    assert not any("Policies" in function["Properties"] for function in functions)


def test_no_policy_is_one_of_amazons() -> None:
    """Those are made for everybody, so they allow too much; but for what Lambda itself needs."""
    own = resources("AWS::IAM::ManagedPolicy")
    for role in resources("AWS::IAM::Role"):
        if role != "GpuOperatorRole":
            assert _policies_of(role) <= set(own)


def _policies_of(role: str) -> set[str]:
    """Return the managed policies that a role has, or has where a condition holds."""
    given = resources()[role]["Properties"].get("ManagedPolicyArns", [])
    return {policy["Ref"] for policy in flat(without_conditions(given))} - {"AWS::NoValue"}


def _actions_of(role: str) -> set[str]:
    names = {role, *_policies_of(role)}
    return {
        action
        for name, statement in statements()
        if name in names and statement["Effect"] == "Allow"
        for action in flat(statement["Action"])
    } - {"sts:AssumeRole"}


def test_the_webhook_hands_in_jobs_and_cannot_take_them() -> None:
    actions = _actions_of("WebhookRole")
    assert "sqs:SendMessage" in actions
    assert not actions & {"sqs:ReceiveMessage", "sqs:DeleteMessage"}


def test_the_worker_takes_jobs_and_cannot_hand_them_in() -> None:
    actions = _actions_of("WorkerRole")
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"} <= actions
    assert "sqs:SendMessage" not in actions


def test_a_gpu_worker_may_do_what_the_worker_function_may() -> None:
    assert _actions_of("GpuWorkerRole") == _actions_of("WorkerRole")


def test_nobody_writes_weights() -> None:
    for statement in ALLOWED.values():
        for action in flat(statement["Action"]):
            assert not action.startswith("s3:") or action == "s3:GetObject"


@pytest.mark.parametrize("name", ["QueuesPolicy", "WeightsBucketPolicy", "AlarmsPolicy"])
def test_unencrypted_connections_are_refused(name: str) -> None:
    assert any(
        statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for owner, statement in statements()
        if owner == name
    )


def deploying() -> list[dict[str, Any]]:
    policy = deploy_role()["Resources"]["DeployPolicy"]["Properties"]["PolicyDocument"]
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def test_who_deploys_may_do_what_make_deploy_asks_for() -> None:
    """By `python -m handler stack …` and `webhook set --stack`; the rest is CloudFormation's."""
    allowed = {action for statement in deploying() for action in flat(statement["Action"])}
    assert {
        "cloudformation:DescribeStacks",
        "lambda:GetAccountSettings",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
    } <= allowed


def test_who_deploys_may_touch_nothing_but_what_bears_the_stacks_name() -> None:
    named = re.compile(r"\$\{Stack\}|aws-sam-cli-managed-default|Serverless-2016|WebhookSecret-")
    unnamed = {"LogInToTheRegistry", "SourcesOfEvents", "WhatTakesNoNames", "AccessLogsOfTheApi"}
    for statement in deploying():
        for resource in map(_text, flat(statement["Resource"])):
            assert (
                named.search(resource)
                or resource == "${BotTokenArn}"
                or statement["Sid"] == "Api"  # of an API the ids are AWS's own
                or (resource == "*" and statement["Sid"] in unnamed)
            ), (statement["Sid"], resource)
