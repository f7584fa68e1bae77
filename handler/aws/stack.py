"""Outputs of a deployed stack: the address of its webhook, the ARNs of its secrets."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pydantic import HttpUrl, SecretStr

from handler.aws import clients as aws
from handler.aws.cloud_error import CloudError, explained
from handler.aws.secrets import read_secret
from handler.settings import Settings

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef

OUTPUTS: Final = ("WebhookUrl", "BotTokenArn", "WebhookSecretArn")


MOST_CONNECTIONS: Final = 40
"""Telegram's default; the API's throttle holds back what would be more."""
SPARE_FUNCTIONS: Final = 1
"""Of the account's concurrent functions: for the checks."""


class NotDeployedError(CloudError):
    """There is no such stack, or it lacks this bot's outputs."""


def settings_of_stack(name: str) -> Settings:
    """Return settings for talking to Telegram about a stack; its outputs take precedence.

    Args:
        name: of a CloudFormation stack made from the template.

    Raises:
        NotDeployedError: there is no such stack, or it lacks the outputs.
        CloudError: AWS refuses, or cannot be reached.
        ValidationError: the token or the secret is not of its form.
    """
    outputs, parameters = outputs_of_stack(name, OUTPUTS), parameters_of_stack(name)
    return Settings(
        webhook_url=HttpUrl(outputs["WebhookUrl"]),
        bot_token=SecretStr(read_secret(outputs["BotTokenArn"])),
        bot_token_arn=None,
        webhook_secret=SecretStr(read_secret(outputs["WebhookSecretArn"])),
        webhook_secret_arn=None,
        # Those of the functions, not of this machine.
        queue_url=None,
        results_table=None,
        # What the profile says of the functions' bot.
        support_contact=parameters.get("SupportContact") or None,
        default_language=parameters.get("DefaultLanguage") or "en",
    )


def connections_of_stack(name: str) -> int:
    """Return how many updates Telegram may deliver at once: what the account has functions for.

    Those of the workers are not among them. More deliveries would be throttled, and come again
    later than if Telegram had waited.

    Args:
        name: of a CloudFormation stack made from the template.

    Raises:
        NotDeployedError: there is no such stack.
        CloudError: AWS refuses, or cannot be reached.
    """
    workers = int(outputs_of_stack(name, ["WorkerConcurrency"])["WorkerConcurrency"])
    with explained("the account's limit of functions cannot be asked"):
        limits = aws.client("lambda").get_account_settings()["AccountLimit"]
    left = int(limits["UnreservedConcurrentExecutions"]) - workers - SPARE_FUNCTIONS
    return max(1, min(left, MOST_CONNECTIONS))


def outputs_of_stack(name: str, wanted: Iterable[str]) -> dict[str, str]:
    """Return outputs of a stack, as AWS knows them, by their keys.

    Args:
        name: of a CloudFormation stack.
        wanted: keys of outputs.

    Raises:
        NotDeployedError: there is no such stack, or an output is missing.
        CloudError: AWS refuses, or cannot be reached.
    """
    given = _described(name).get("Outputs", [])
    values = {output.get("OutputKey", ""): output.get("OutputValue", "") for output in given}
    outputs = {key: values.get(key, "") for key in wanted}
    if missing := [key for key, value in outputs.items() if not value]:
        raise NotDeployedError(f"the stack {name} has no output {', '.join(missing)}")
    return outputs


def parameters_of_stack(name: str) -> dict[str, str]:
    """Return the parameters of a stack, by their names.

    Args:
        name: of a CloudFormation stack.

    Raises:
        NotDeployedError: there is no such stack.
        CloudError: AWS refuses, or cannot be reached.
    """
    given = _described(name).get("Parameters", [])
    return {one.get("ParameterKey", ""): one.get("ParameterValue", "") for one in given}


def _described(name: str) -> "StackTypeDef":
    try:
        with explained(f"the stack {name} cannot be asked"):
            answer = aws.client("cloudformation").describe_stacks(StackName=name)
    except CloudError as error:
        # CloudFormation has no code of its own for this.
        if error.code == "ValidationError" and "does not exist" in str(error):
            raise NotDeployedError(f"there is no stack {name} here") from error
        raise
    return answer["Stacks"][0]
