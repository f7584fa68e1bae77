"""HTTP as events: payload version 2.0, of HTTP APIs and of function URLs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from multidict import CIMultiDict, CIMultiDictProxy

# Of one connection only; the next one, to the application, has its own.
CONNECTION_HEADERS: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class BadEventError(ValueError):
    """An event that is no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    target: str
    """Path and query, percent-encoded."""
    headers: CIMultiDict[str]
    body: bytes


def is_http(event: Any) -> bool:
    """Say whether an event is an HTTP request in payload version 2.0."""
    return (
        isinstance(event, Mapping)
        and event.get("version") == "2.0"
        and isinstance(event.get("requestContext"), Mapping)
        and isinstance(event["requestContext"].get("http"), Mapping)
    )


def request_in(event: Mapping[str, Any]) -> Request:
    """Read the request in an event.

    Raises:
        BadEventError: a part of it is missing or malformed.
    """
    try:
        return Request(
            method=str(event["requestContext"]["http"]["method"]),
            target=_target(event),
            headers=_headers(event),
            body=_body(event),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadEventError(f"not an HTTP request: {type(error).__name__}") from error


def response_event(status: int, headers: CIMultiDictProxy[str], body: bytes) -> dict[str, Any]:
    """Return what a function answers with.

    Args:
        status: HTTP status code.
        headers: of the response.
        body: its content, as text where it is UTF-8.
    """
    joined: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        if lower not in CONNECTION_HEADERS | {"set-cookie"}:
            joined[lower] = f"{joined[lower]}, {value}" if lower in joined else value
    event: dict[str, Any] = {"statusCode": status, "headers": joined}
    if cookies := headers.getall("Set-Cookie", []):
        event["cookies"] = cookies
    try:
        event |= {"body": body.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return event


def _target(event: Mapping[str, Any]) -> str:
    path = str(event["rawPath"])
    stage = event["requestContext"].get("stage", "$default")
    if stage != "$default":  # such a stage is part of the path
        path = path.removeprefix(f"/{stage}")
    # HTTP APIs decode the path, function URLs do not.
    target = "/" + quote(path.lstrip("/"), safe="/%:@!$&'()*+,;=~")
    if query := event.get("rawQueryString"):
        target += "?" + quote(str(query), safe="/%:@!$&'()*+,;=~?")
    return target


def _headers(event: Mapping[str, Any]) -> CIMultiDict[str]:
    headers = CIMultiDict(
        (str(name), str(value))
        for name, value in (event.get("headers") or {}).items()
        if name.lower() not in CONNECTION_HEADERS
    )
    if cookies := event.get("cookies"):
        headers["cookie"] = "; ".join(cookies)
    if any(char in text for item in headers.items() for text in item for char in "\r\n\0"):
        raise ValueError("a header of several lines")
    return headers


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
