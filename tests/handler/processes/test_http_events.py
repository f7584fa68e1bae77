"""Requests in events, and answers as events."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.processes.http_events import BadEventError, Request, is_http, request_in
from playground.aws.events import http_event


@pytest.mark.parametrize("body", [b'{"a": 1}', b"\xff\x00", b""])
def test_a_request_is_read(body: bytes) -> None:
    event = http_event("POST", "/telegram/webhook", body=body, query="a=b") | {
        "headers": {"X-Secret": "s"}
    }
    assert request_in(event) == Request("POST", "/telegram/webhook", {"x-secret": "s"}, body)


@pytest.mark.parametrize(
    "change",
    [
        {"requestContext": {"http": {}}},
        {"requestContext": None},
        {"headers": "text"},
        {"body": "not base64!", "isBase64Encoded": True},
    ],
)
def test_what_is_no_request_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadEventError):
        request_in(http_event() | change)


@given(body=st.text(), encoded=st.booleans())
def test_whatever_comes_as_body_is_bytes_or_refused(body: str, *, encoded: bool) -> None:
    try:
        request = request_in(http_event("POST") | {"body": body, "isBase64Encoded": encoded})
    except BadEventError:
        assert encoded
    else:
        assert isinstance(request.body, bytes)


@pytest.mark.parametrize("event", [None, [], {}, "x", {"version": "1.0"}])
def test_other_events_are_no_requests(event: Any) -> None:
    assert not is_http(event)
    assert is_http(http_event())
