"""The parameters of a Bot API method: which there are, of what type, and what came in."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from playground.errors import bad_request
from playground.request_body import Body, Upload

ATTACH = "attach://"

# Types of parameters: the Bot API lets each of them come as text.
TEXT = "text"
INTEGER = "integer"
BOOLEAN = "boolean"
JSON = "json"
FILE = "file"
# A number, or a name that no private chat has.
CHAT = "chat"


class Parameters:
    """Checked parameters of one call.

    Attributes:
        values: by name, converted to their type; an uploaded file appears as an `Upload`.
    """

    def __init__(self, values: dict[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.values = values
        self._uploads = uploads

    def text(self, name: str, default: str = "") -> str:
        """Return a text parameter."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number."""
        value = self.values.get(name)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """Return a boolean; False when it was not given."""
        return bool(self.values.get(name))

    def get(self, name: str) -> Any:
        """Return a parameter as it is, None when it was not given."""
        return self.values.get(name)

    def file(self, value: object) -> Upload | str | None:
        """Follow ``attach://name``: return the upload, a file_id, or None when there is none.

        Raises:
            ApiError: the attached part is not in the body.
        """
        if isinstance(value, Upload):
            return value
        if not isinstance(value, str) or not value:
            return None
        if not value.startswith(ATTACH):
            return value
        if value.removeprefix(ATTACH) not in self._uploads:
            raise bad_request("can't find attached file in the request")
        return self._uploads[value.removeprefix(ATTACH)]


def parse_parameters(body: Body, types: Mapping[str, str], ignored: Collection[str]) -> Parameters:
    """Check a call's parameters against the ones that its method has.

    Args:
        body: what came in.
        types: the method's parameters.
        ignored: parameters that Telegram knows and the playground has no use for.

    Raises:
        ApiError: an unknown parameter, or a value of the wrong type.
    """
    attached = {name for value in body.fields.values() for name in _attachments(value)}
    known = types.keys() | set(ignored)
    for name in [*body.fields, *(name for name in body.uploads if name not in attached)]:
        if name not in known:
            raise bad_request(f"unknown parameter '{name}'")
    values = {
        name: _convert(name, value, types.get(name, "")) for name, value in body.fields.items()
    }
    for name, kind in types.items():
        if kind == FILE and name in body.uploads:
            values[name] = body.uploads[name]
    parameters = Parameters(values, body.uploads)
    for name, kind in types.items():
        if kind == FILE and name in values:
            values[name] = parameters.file(values[name])
    return parameters


def _attachments(value: object) -> Iterator[str]:
    """Find the names after attach:// in a value, be it text, JSON as text, or a JSON structure."""
    if isinstance(value, str) and value.startswith(ATTACH):
        yield value.removeprefix(ATTACH)
    elif isinstance(value, str) and ATTACH in value:
        try:
            decoded = json.loads(value)
        except ValueError:
            return
        if not isinstance(decoded, str):
            yield from _attachments(decoded)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _attachments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _attachments(inner)


def _convert(name: str, value: Any, kind: str) -> Any:
    if kind == INTEGER:
        return _integer(name, value)
    if kind == CHAT:
        return _chat_id(value)
    if kind == BOOLEAN:
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}
    if kind == JSON and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error
    if kind == TEXT and not isinstance(value, str):
        return json.dumps(value)
    return value


def _integer(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise bad_request(f"invalid {name} specified") from error


def _chat_id(value: Any) -> int | str:
    try:
        return int(value)
    except (TypeError, ValueError):
        return str(value)
