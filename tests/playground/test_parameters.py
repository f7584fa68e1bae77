import json
from typing import Any

import pytest

from playground.errors import ApiError
from playground.parameters import (
    BOOLEAN,
    CHAT,
    FILE,
    INTEGER,
    JSON,
    TEXT,
    Parameters,
    parse_parameters,
)
from playground.request_body import Body, Upload

TYPES = {
    "chat_id": CHAT,
    "count": INTEGER,
    "loud": BOOLEAN,
    "text": TEXT,
    "markup": JSON,
    "photo": FILE,
}
UPLOAD = Upload("a.jpg", "image/jpeg", b"bytes")


def parse(uploads: dict[str, Upload] | None = None, **fields: Any) -> Parameters:
    return parse_parameters(Body(fields, uploads or {}), TYPES, ("silent",))


def test_text_and_native_values_give_the_same() -> None:
    as_text = parse(chat_id="5", count="3", loud="true", text="7", markup='{"a": [1]}')
    native = parse(chat_id=5, count=3, loud=True, text="7", markup={"a": [1]})
    assert as_text.values == native.values
    assert native.values == {
        "chat_id": 5,
        "count": 3,
        "loud": True,
        "text": "7",
        "markup": {"a": [1]},
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"txet": "Hello"}, "unknown parameter 'txet'"),
        ({"count": "three"}, "invalid count specified"),
        ({"markup": "{"}, "can't parse markup JSON object"),
    ],
)
def test_mistakes_are_named(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        parse(**fields)


def test_ignored_parameters_pass() -> None:
    assert parse(silent="true", text="Hello").text("text") == "Hello"


def test_attached_files_are_found() -> None:
    assert parse({"x1": UPLOAD}, photo="attach://x1").get("photo") is UPLOAD
    assert parse({"photo": UPLOAD}).get("photo") is UPLOAD
    nested = parse({"x1": UPLOAD}, markup=json.dumps([{"media": "attach://x1"}]))
    assert nested.file(nested.get("markup")[0]["media"]) is UPLOAD


def test_stray_and_missing_files_are_refused() -> None:
    with pytest.raises(ApiError, match="unknown parameter 'x2'"):
        parse({"x2": UPLOAD}, photo="attach://x1")
    with pytest.raises(ApiError, match="can't find attached file"):
        parse(photo="attach://x1")
