"""Photos and documents that the bot sends, by upload or by file_id."""

from __future__ import annotations

from playground.errors import ApiError, bad_request
from playground.events import Json
from playground.methods.registry import Invocation
from playground.pictures import NotAPictureError, PictureDimensionsError
from playground.request_body import Upload

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_NAME = 60


async def attached_photo(call: Invocation, value: object) -> Json:
    """Return {"photo": […]} for an upload or a file_id; ApiError when Telegram refuses it."""
    source = _source(call, value, "photo")
    if isinstance(source, str):
        return _known_file(call, source, "photo")
    if len(source.data) > MAX_PHOTO_BYTES:
        raise bad_request(
            f"file of size {len(source.data)} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    try:
        return await call.state.files.add_photo(source.data)
    except PictureDimensionsError as error:
        raise bad_request("PHOTO_INVALID_DIMENSIONS") from error
    except NotAPictureError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error


async def attached_document(call: Invocation, value: object) -> Json:
    """Return {"document": {…}} for an upload or a file_id; ApiError when Telegram refuses it."""
    source = _source(call, value, "document")
    if isinstance(source, str):
        return _known_file(call, source, "document")
    name = source.file_name.replace("/", "_").replace("\\", "_")[-MAX_FILE_NAME:] or "file"
    return await call.state.files.add_document(source.data, name)


def _source(call: Invocation, value: object, kind: str) -> Upload | str:
    source = call.parameters.file(value)
    if source is None:
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(source, Upload) and not source.data:
        raise bad_request("file must be non-empty")
    return source


def _known_file(call: Invocation, file_id: str, kind: str) -> Json:
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = call.state.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise _type_mismatch(file.kind, kind)
    attachment = call.state.files.attachment(file_id)
    if attachment is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return attachment


def _type_mismatch(actual: str, expected: str) -> ApiError:
    names = [kind.title().replace("_", "") for kind in (actual, expected)]
    return bad_request(f"can't use file of type {names[0]} as {names[1]}")
