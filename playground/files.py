"""The files that people and the bot have sent: bounded in number and in bytes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass

from playground.events import Json
from playground.pictures import JpegPicture, moving_picture, photo_sizes, thumbnail

MAX_FILES = 600
MAX_BYTES = 512 * 1024 * 1024
# The first letters of real file_ids tell the kind as well.
PREFIXES = {
    "photo": "AgAC",
    "document": "BQAC",
    "thumbnail": "AAMC",
    "sticker": "CAAC",
    "animation": "CgAC",
}
FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "thumbnail": "thumbnails",
    "animation": "animations",
}


@dataclass(frozen=True)
class StoredFile:
    """A file that can be named by its file_id.

    Attributes:
        file_id: names it in the Bot API; every upload gets another one.
        file_unique_id: the same for the same content and kind.
        kind: "photo", "document", "thumbnail", "voice" …; a file cannot be sent as another kind.
        path: where ``/file/bot<token>/`` serves it.
    """

    file_id: str
    file_unique_id: str
    kind: str
    data: bytes
    path: str
    file_name: str | None = None
    mime_type: str = "application/octet-stream"

    def reference(self) -> Json:
        """Return the three fields that all of Telegram's file objects share."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": len(self.data),
        }


class FileStore:
    """Files by file_id; the oldest are dropped when there are too many.

    Attributes:
        aliases: more names for files, and their file_ids.
    """

    def __init__(self, max_files: int = MAX_FILES, max_bytes: int = MAX_BYTES) -> None:
        self.aliases: dict[str, str] = {}
        self._files: OrderedDict[str, StoredFile] = OrderedDict()
        self._attachments: dict[str, Json] = {}
        self._serial = itertools.count(1)
        self.max_files = max_files
        self._max_bytes = max_bytes
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._files)

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file, or None when it is unknown or was dropped."""
        return self._files.get(self.aliases.get(file_id, file_id))

    def at_path(self, path: str) -> StoredFile | None:
        """Return the file that getFile named by this path."""
        return next((file for file in self._files.values() if file.path == path), None)

    def attachment(self, file_id: str) -> Json | None:
        """Return what a message that carries this file contains ({"photo": […]} and the like)."""
        attachment = self._attachments.get(self.aliases.get(file_id, file_id))
        return None if attachment is None else dict(attachment)

    def add(
        self, kind: str, data: bytes, file_name: str | None = None, mime_type: str | None = None
    ) -> StoredFile:
        """Keep a file and give it a new file_id."""
        serial = next(self._serial)
        unique_id = _digest(kind.encode() + b"\0" + data)[:15]
        file_id = PREFIXES.get(kind, "DQAC") + _digest(f"{serial}\0{unique_id}".encode())
        guessed = mimetypes.guess_type(file_name or "")[0]
        suffix = "." + file_name.rpartition(".")[2] if file_name and "." in file_name else ""
        file = StoredFile(
            file_id=file_id,
            file_unique_id=unique_id,
            kind=kind,
            data=data,
            path=f"{FOLDERS.get(kind, kind)}/file_{serial}{suffix if suffix.isascii() else ''}",
            file_name=file_name,
            mime_type=mime_type or guessed or "application/octet-stream",
        )
        self._files[file_id] = file
        self._bytes += len(data)
        self._drop_oldest()
        return file

    async def add_photo(self, data: bytes) -> Json:
        """Keep a photo in Telegram's sizes and return {"photo": [PhotoSize, …]}.

        Raises:
            NotAPictureError: `data` is no picture.
            PictureDimensionsError: Telegram does not take photos of this shape.
        """
        sizes = await asyncio.to_thread(photo_sizes, data)
        stored = [self._add_picture("photo", size) for size in sizes]
        attachment = {"photo": stored}
        for size in stored:
            self._attachments[size["file_id"]] = attachment
        return dict(attachment)

    async def add_document(self, data: bytes, file_name: str, mime_type: str | None = None) -> Json:
        """Keep a file byte for byte and return {"document": {…}}, with a thumbnail of a picture."""
        file = self.add("document", data, file_name, mime_type)
        document: Json = {"file_name": file_name, "mime_type": file.mime_type}
        if file.mime_type.startswith("image/"):
            small = await asyncio.to_thread(thumbnail, data)
            if small is not None:
                document["thumbnail"] = self._add_picture("thumbnail", small)
        attachment = {"document": {**document, **file.reference()}}
        self._attachments[file.file_id] = attachment
        return dict(attachment)

    async def add_animation(self, data: bytes, file_name: str) -> Json:
        """Keep a GIF and return {"animation": {…}, "document": {…}}, both with a thumbnail.

        Raises:
            NotAPictureError: `data` is no GIF.
        """
        picture = await asyncio.to_thread(moving_picture, data)
        file = self.add("animation", data, file_name, "image/gif")
        document = {
            "file_name": file_name,
            "mime_type": file.mime_type,
            "thumbnail": self._add_picture("thumbnail", picture.thumbnail),
            **file.reference(),
        }
        shape = {"width": picture.width, "height": picture.height, "duration": picture.seconds}
        # Telegram sets both, for bots that are older than animations.
        attachment = {"animation": {**shape, **document}, "document": document}
        self._attachments[file.file_id] = attachment
        return dict(attachment)

    def _add_picture(self, kind: str, picture: JpegPicture) -> Json:
        file = self.add(kind, picture.data, "picture.jpg", "image/jpeg")
        return {**file.reference(), "width": picture.width, "height": picture.height}

    def _drop_oldest(self) -> None:
        while len(self._files) > self.max_files or self._bytes > self._max_bytes:
            if len(self._files) == 1:
                return
            file_id, file = self._files.popitem(last=False)
            self._bytes -= len(file.data)
            self._attachments.pop(file_id, None)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
