"""Requests in events, and answers as events."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from handler.processes.http_events import BadEventError, is_http, request_in, response_event
from tests.deployment.function_events import http_event


def test_a_request_is_read() -> None:
    event = http_event(
        "POST", "/telegram/webhook", body=b'{"a": 1}', headers={"X-Secret": "s"}, query="a=b%20c"
    )
    request = request_in(event)
    assert (request.method, request.target) == ("POST", "/telegram/webhook?a=b%20c")
    assert request.body == b'{"a": 1}'
    assert request.headers["x-secret"] == "s"


def test_a_body_of_bytes_is_read() -> None:
    assert request_in(http_event("POST", "/", body=b"\xff\x00")).body == b"\xff\x00"


def test_the_stage_is_no_part_of_the_path() -> None:
    assert request_in(http_event(path="/prod/health", stage="prod")).target == "/health"


def test_headers_of_the_connection_stay_behind_and_cookies_come_along() -> None:
    event = http_event(headers={"Content-Length": "5", "Connection": "close", "A": "b"})
    event["cookies"] = ["x=1", "y=2"]
    assert dict(request_in(event).headers) == {"a": "b", "cookie": "x=1; y=2"}


@pytest.mark.parametrize(
    "change",
    [
        {"rawPath": None, "requestContext": {"http": {}}},
        {"headers": "text"},
        {"headers": {"a": "b\r\nc: d"}},
        {"body": "not base64!", "isBase64Encoded": True},
        {"cookies": [1]},
    ],
)
def test_what_is_no_request_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadEventError):
        request_in(http_event() | change)


@given(path=st.text(), query=st.text(), body=st.text())
def test_a_target_is_one_line_of_ascii_whatever_comes(path: str, query: str, body: str) -> None:
    event = http_event("POST", "/", query=query) | {"rawPath": path, "body": body}
    try:
        target = request_in(event).target
    except BadEventError:  # lone surrogates cannot be encoded
        return
    assert target.startswith("/")
    assert target.isascii()
    assert target.isprintable()
    assert " " not in target


@pytest.mark.parametrize("event", [None, [], {}, "x", {"version": "1.0"}, {"version": "2.0"}])
def test_other_events_are_no_requests(event: Any) -> None:
    assert not is_http(event)
    assert is_http(http_event())


def test_an_answer_of_text() -> None:
    headers = CIMultiDictProxy(
        CIMultiDict(
            [
                ("Content-Type", "application/json"),
                ("Vary", "a"),
                ("Vary", "b"),
                ("Set-Cookie", "x=1"),
                ("Set-Cookie", "y=2"),
                ("Transfer-Encoding", "chunked"),
            ]
        )
    )
    event = response_event(200, headers, '{"ü": 1}'.encode())
    assert event == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "vary": "a, b"},
        "cookies": ["x=1", "y=2"],
        "body": '{"ü": 1}',
        "isBase64Encoded": False,
    }
    json.dumps(event)


def test_an_answer_of_bytes() -> None:
    event = response_event(200, CIMultiDictProxy(CIMultiDict()), b"\xff")
    assert (event["isBase64Encoded"], base64.b64decode(event["body"])) == (True, b"\xff")
