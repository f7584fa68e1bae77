"""HTTP as events: payload version 2.0, of HTTP APIs and of function URLs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handler.webhook import Answer


class BadEventError(ValueError):
    """An event that is no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; names of headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def is_http(event: Any) -> bool:
    """Say whether an event is an HTTP request in payload version 2.0."""
    return isinstance(event, Mapping) and event.get("version") == "2.0"


def request_in(event: Mapping[str, Any]) -> Request:
    """Read the request in an event.

    Raises:
        BadEventError: a part of it is missing or malformed.
    """
    try:
        headers = (event.get("headers") or {}).items()
        body = str(event.get("body") or "").encode(errors="surrogatepass")
        return Request(
            method=str(event["requestContext"]["http"]["method"]),
            path=str(event["rawPath"]),
            headers={str(name).lower(): str(value) for name, value in headers},
            body=base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadEventError(f"not an HTTP request: {type(error).__name__}") from error


def response_event(answer: Answer) -> dict[str, Any]:
    """Return what a function answers with."""
    return {"statusCode": answer.status, "headers": dict(answer.headers), "body": answer.text}
