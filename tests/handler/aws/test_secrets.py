"""Secrets by ARN, from a stand-in for AWS."""

import pytest

from handler.aws import clients
from handler.aws.cloud_error import CloudError
from handler.aws.secrets import read_secret
from handler.settings import Settings
from tests.aws import Aws
from tests.handler.running_bot import SECRET, TOKEN

VALUE = "hush-hush"


def secret(value: str | bytes, name: str = "token") -> str:
    client = clients.client("secretsmanager")
    if isinstance(value, bytes):
        return client.create_secret(Name=name, SecretBinary=value)["ARN"]
    return client.create_secret(Name=name, SecretString=value)["ARN"]


def parameter(value: str, name: str = "/neon/token") -> str:
    client = clients.client("ssm")
    client.put_parameter(Name=name, Value=value, Type="SecureString")
    return client.get_parameter(Name=name)["Parameter"].get("ARN", "")


def test_a_secret_is_read_without_the_line_end_that_editors_add(aws: Aws) -> None:
    assert read_secret(secret(f"{VALUE}\n")) == VALUE


@pytest.mark.parametrize("name", ["token", "/neon/token"])
def test_a_parameter_is_read_and_decrypted(aws: Aws, name: str) -> None:
    assert read_secret(parameter(VALUE, name)) == VALUE


@pytest.mark.parametrize(
    "arn",
    [
        "",
        TOKEN,
        "arn:aws:s3:::bucket",
        "arn:aws:ssm:eu-central-1:123456789012:document/x",
        "arn:aws:secretsmanager:eu-central-1:1234:secret:x",
    ],
)
def test_what_is_no_arn_of_a_secret_is_refused_without_asking(arn: str) -> None:
    with pytest.raises(CloudError, match="is not the ARN"):
        read_secret(arn)


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:gone-AbCdEf",
            "ResourceNotFoundException",
        ),
        ("arn:aws:ssm:eu-central-1:123456789012:parameter/gone", "ParameterNotFound"),
    ],
)
def test_a_missing_secret_is_one_line_with_its_arn(aws: Aws, arn: str, code: str) -> None:
    with pytest.raises(CloudError) as failure:
        read_secret(arn)
    text = str(failure.value)
    assert arn in text
    assert code in text
    assert "\n" not in text


@pytest.mark.parametrize("value", [b"\x00\x01", " \n"])
def test_a_secret_without_text_is_refused(aws: Aws, value: str | bytes) -> None:
    with pytest.raises(CloudError, match="holds no text"):
        read_secret(secret(value))


def test_settings_read_token_and_secret_by_their_arns(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "")  # empty counts as not set
    monkeypatch.setenv("BOT_TOKEN_ARN", secret(TOKEN))
    monkeypatch.setenv("WEBHOOK_SECRET_ARN", parameter(SECRET))
    settings = Settings()
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == SECRET
    assert TOKEN not in repr(settings)
    assert SECRET not in repr(settings)


def test_a_token_given_twice_is_refused(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_TOKEN_ARN", secret(TOKEN))
    with pytest.raises(CloudError, match="BOT_TOKEN and BOT_TOKEN_ARN are both set") as failure:
        Settings()
    assert TOKEN not in str(failure.value)


def test_a_secret_that_is_no_token_is_named_without_its_value(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN_ARN", secret(VALUE))
    with pytest.raises(ValueError, match="a bot token looks like") as failure:
        Settings()
    assert VALUE not in str(failure.value)
