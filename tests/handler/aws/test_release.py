"""What a deployment is called."""

import json
from pathlib import Path

import pytest

from handler.aws import clients
from handler.aws.cloud_error import CloudError
from handler.aws.release import release
from handler.aws.stack import outputs_of_stack
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
    secrets = clients.client("secretsmanager")
    secret = secrets.create_secret(Name="webhook", SecretString="first")["ARN"]
    clients.client("cloudformation").create_stack(
        StackName="neon",
        TemplateBody=json.dumps(TEMPLATE | {"Outputs": {"WebhookSecretArn": {"Value": secret}}}),
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


def test_a_new_secret_is_a_new_release(stack: str, template: Path) -> None:
    """Functions read secrets when they start, and only a new version starts anew."""
    ssm, secrets = clients.client("ssm"), clients.client("secretsmanager")
    ssm.put_parameter(Name="/token", Type="SecureString", Value="1:first")
    arn = ssm.get_parameter(Name="/token")["Parameter"]["ARN"]
    given = f"BotTokenArn={arn}"
    names = [release(stack, "sha256:1", template, given)]
    assert names[0] == release(stack, "sha256:1", template, given)
    ssm.put_parameter(Name="/token", Type="SecureString", Value="1:second", Overwrite=True)
    names.append(release(stack, "sha256:1", template, given))
    webhook = outputs_of_stack(stack, ["WebhookSecretArn"])["WebhookSecretArn"]
    secrets.put_secret_value(SecretId=webhook, SecretString="second")
    names.append(release(stack, "sha256:1", template, given))
    assert len(set(names)) == 3


def test_a_token_that_is_not_there_is_said_before_anything_is_deployed(
    aws: Aws, template: Path
) -> None:
    arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/nothing"
    with pytest.raises(CloudError, match=f"{arn} cannot be found"):
        release("nobody", "sha256:1", template, f"BotTokenArn={arn}")
