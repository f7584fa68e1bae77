"""Reading the body of a Bot API call: JSON, form or multipart, on either side of HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, StreamReader
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDictProxy

from playground.errors import bad_request, entity_too_large

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
# Room for the text parameters and the multipart headers beside a file of the full size.
MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 1024 * 1024
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A file inside a multipart body; its bytes stay out of the representation."""

    file_name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Body:
    """The parameters of a call as they came in, and the files that came with them."""

    fields: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)


async def read_body(
    headers: CIMultiDictProxy[str], content: StreamReader, max_bytes: int = MAX_BODY_BYTES
) -> Body:
    """Read a body according to its Content-Type; an empty one has no parameters.

    Args:
        headers: of the request.
        content: of the request.
        max_bytes: of all parts of a multipart body together.

    Raises:
        ApiError: malformed (400), or above the limits (413).
    """
    content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type.startswith("multipart/"):
        try:
            return await _read_multipart(MultipartReader(headers, content), max_bytes)
        except (ValueError, HttpProcessingError) as error:
            raise bad_request("can't parse multipart body") from error
    raw = await _read_limited(content)
    if content_type == "application/json" and raw.strip():
        return Body(_read_json_object(raw))
    if content_type == "application/x-www-form-urlencoded":
        return Body(dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)))
    return Body()


def _read_json_object(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(raw)
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(fields, dict):
        raise bad_request("can't parse JSON object")
    return {str(name): value for name, value in fields.items() if value is not None}


async def _read_limited(content: StreamReader) -> bytes:
    raw = bytearray()
    async for chunk in content.iter_chunked(CHUNK_BYTES):
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise entity_too_large()
    return bytes(raw)


async def _read_multipart(reader: MultipartReader, max_bytes: int) -> Body:
    body = Body()
    total = 0
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or not part.name:
            raise bad_request("can't parse multipart body")
        data = await _read_part(part)
        total += len(data)
        if total > max_bytes:
            raise entity_too_large()
        if part.filename is None:
            body.fields[part.name] = data.decode("utf-8", "replace")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            body.uploads[part.name] = Upload(part.filename, kind, data)
    return body


async def _read_part(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(CHUNK_BYTES):
        data += chunk
        if len(data) > MAX_UPLOAD_BYTES:
            raise entity_too_large()
    return bytes(data)
