"""What a deployed stack says, and the commands that ask it."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator

import pytest
from botocore.stub import Stubber

from handler.__main__ import main
from handler.aws import clients
from handler.aws.cloud_error import CloudError
from handler.aws.stack import (
    MOST_CONNECTIONS,
    connections_of_stack,
    outputs_of_stack,
    settings_of_stack,
)
from playground import Playground
from tests.aws import Aws
from tests.handler.running_bot import SECRET, TOKEN

Account = Callable[..., None]

URL = "http://127.0.0.1:9/telegram/webhook"


def deploy(name: str, **outputs: str) -> None:
    """Make a stack that says ``outputs``, and has little else."""
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Parameters": {"SupportContact": {"Type": "String", "Default": "@neon_human"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    clients.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


@pytest.fixture
def stack(aws: Aws) -> str:
    secrets = clients.client("secretsmanager")
    deploy(
        "neon-bot",
        WebhookUrl=URL,
        BotTokenArn=secrets.create_secret(Name="token", SecretString=TOKEN)["ARN"],
        WebhookSecretArn=secrets.create_secret(Name="secret", SecretString=SECRET)["ARN"],
        WorkerConcurrency="5",
    )
    return "neon-bot"


@pytest.fixture
def account(stack: str) -> Iterator[Account]:
    """Let AWS say how many functions the account may run at once; moto does not know that."""
    with Stubber(clients.client("lambda")) as stubber:

        def allows(functions: int, times: int = 1) -> None:
            answer = {"AccountLimit": {"UnreservedConcurrentExecutions": functions}}
            for _ in range(times):
                stubber.add_response("get_account_settings", answer)

        yield allows


@pytest.mark.parametrize(
    ("functions", "connections"), [(10, 4), (6, 1), (2, 1), (30, 24), (1000, MOST_CONNECTIONS)]
)
def test_telegram_delivers_at_once_what_the_account_has_functions_for(
    stack: str, account: Account, functions: int, connections: int
) -> None:
    account(functions)
    assert connections_of_stack(stack) == connections


def test_the_settings_of_a_stack_go_before_those_of_this_machine(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:of-another-bot")
    monkeypatch.setenv("WEBHOOK_SECRET_ARN", "arn:of:another")
    monkeypatch.setenv("QUEUE_URL", "http://127.0.0.1:9/queue")
    settings = settings_of_stack(stack)
    assert str(settings.webhook_url) == URL
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == SECRET
    assert settings.queue_url is None
    assert settings.support_contact == "@neon_human"


def test_only_the_outputs_that_are_wanted_have_to_be_there(aws: Aws) -> None:
    deploy("other", WebhookUrl=URL, Colour="teal")
    assert outputs_of_stack("other", ["Colour"]) == {"Colour": "teal"}
    with pytest.raises(CloudError, match="the stack other has no output Shape"):
        outputs_of_stack("other", ["Colour", "Shape"])


def test_a_missing_stack_is_one_line(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "set", "--stack", "nobody"]) == 1
    error = capsys.readouterr().err
    assert error == "there is no stack nobody here\n"


def test_a_stack_of_something_else_is_one_line(aws: Aws) -> None:
    deploy("other", WebhookUrl=URL)
    with pytest.raises(CloudError, match="no output BotTokenArn, WebhookSecretArn"):
        settings_of_stack("other")


async def test_the_webhook_of_a_stack_is_set(
    *,
    stack: str,
    account: Account,
    telegram: Playground,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account(10, times=2)
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    for _ in range(2):  # once more does no harm
        assert await asyncio.to_thread(main, ["webhook", "set", "--stack", stack]) == 0
    assert await asyncio.to_thread(main, ["webhook", "info", "--stack", stack]) == 0
    output = capsys.readouterr().out
    assert URL in output
    assert re.search(r"connections at most +4\n", output)
    assert TOKEN not in output
    assert SECRET not in output
