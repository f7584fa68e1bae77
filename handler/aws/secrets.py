"""Secrets by their ARN: from Secrets Manager, or an SSM parameter."""

import re
from typing import Final

from handler.aws import clients as aws
from handler.aws.cloud_error import CloudError, explained

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:(?P<service>secretsmanager|ssm):[a-z0-9-]+:\d{12}:(secret:|parameter/)\S+"
)


def read_secret(arn: str) -> str:
    """Return the text of a secret, without the blanks and line ends around it.

    Args:
        arn: of a Secrets Manager secret, or of an SSM parameter (decrypted if need be).

    Raises:
        CloudError: it is no such ARN, AWS refuses, or the secret holds no text. The line names
            the ARN, never the value.
    """
    service = _service(arn)
    with explained(f"the secret {arn} cannot be read"):
        value = _parameter(arn) if service == "ssm" else _secret(arn)
    if not value.strip():
        raise CloudError(f"the secret {arn} holds no text")
    return value.strip()


def version_of_secret(arn: str) -> str:
    """Return what a secret's version is called; another value has another name.

    Args:
        arn: as :func:`read_secret` takes it.

    Raises:
        CloudError: it is no such ARN, or AWS refuses.
    """
    service = _service(arn)
    with explained(f"the secret {arn} cannot be found"):
        if service == "ssm":
            return str(aws.client("ssm").get_parameter(Name=arn)["Parameter"].get("Version"))
        versions = aws.client("secretsmanager").describe_secret(SecretId=arn)["VersionIdsToStages"]
        return next(version for version, stages in versions.items() if "AWSCURRENT" in stages)


def _service(arn: str) -> str:
    match = _ARN.fullmatch(arn)
    if match is None:
        raise CloudError(f"{arn!r} is not the ARN of a secret or of an SSM parameter")
    return match["service"]


def _secret(arn: str) -> str:
    # A secret of bytes has no SecretString.
    return aws.client("secretsmanager").get_secret_value(SecretId=arn).get("SecretString", "")


def _parameter(arn: str) -> str:
    answer = aws.client("ssm").get_parameter(Name=arn, WithDecryption=True)
    return answer["Parameter"].get("Value", "")
