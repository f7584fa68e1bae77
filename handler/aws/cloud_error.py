"""What AWS refuses, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager


class CloudError(Exception):
    """AWS refuses something or cannot be reached; the text is one line, without secret values.

    Args:
        text: the line.
        code: AWS's own word for what is wrong; empty where there was no answer.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn boto3's errors into :class:`CloudError`.

    Args:
        what: was tried; begins the line.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # only with AWS

    try:
        yield
    except ClientError as error:
        reason = error.response["Error"]
        code = reason.get("Code", "unknown")
        text = f"{reason.get('Message', '')} ({code})"
        raise CloudError(_one_line(f"{what}: {text}"), code) from error
    except BotoCoreError as error:
        raise CloudError(_one_line(f"{what}: {error}")) from error


def _one_line(text: str) -> str:
    return " ".join(text.split())
