"""Files that the bot fetches."""

from __future__ import annotations

from playground.errors import bad_request
from playground.events import Json
from playground.methods.registry import Invocation, method
from playground.parameters import TEXT

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024


@method("getFile", {"file_id": TEXT})
async def get_file(call: Invocation) -> Json:
    """Say where a file can be downloaded; only up to 20 MB."""
    file = call.state.files.get(call.parameters.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file.reference(), "file_path": file.path}
