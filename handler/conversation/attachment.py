"""The picture that a message carries."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from aiogram.types import Document, Message, PhotoSize

from handler.telegram.delivery import Kind
from handler.telegram.download import MAX_BYTES
from model_layer import Size
from model_layer.images import MIME_TYPES, SUFFIXES

SILENT_TYPES: Final = frozenset({None, "", "application/octet-stream"})
"""Types that say nothing of the content."""
OTHER_PICTURES: Final = frozenset({".svg", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".psd", ".jxl"})
"""Suffixes of pictures that cannot be read."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, or a file that may be a picture."""

    source: Kind
    file_id: str
    file_unique_id: str
    file_name: str | None = None
    mime_type: str | None = None
    bytes: int | None = None
    size: Size | None = None
    """Width and height where Telegram tells: of photos always, of files never."""

    @property
    def readable(self) -> bool:
        """Whether type or name promise a format that can be decoded, or say nothing of it.

        The content may differ; the worker finds out.
        """
        if self.source == "photo" or self.mime_type in MIME_TYPES:
            return True
        if self.mime_type in SILENT_TYPES and self._suffix not in OTHER_PICTURES:
            return True
        return self._suffix in SUFFIXES

    @property
    def picture(self) -> bool:
        """Whether it claims to be a picture at all, readable or not."""
        return (
            self.readable
            or (self.mime_type or "").startswith("image/")
            or self._suffix in OTHER_PICTURES
        )

    @property
    def may_move(self) -> bool:
        """Whether it may be a moving picture, of which the first frame is taken."""
        return self.mime_type == "image/gif" or self._suffix == ".gif"

    @property
    def downloadable(self) -> bool:
        """Whether Telegram hands a file of this size to a bot (unknown sizes may be tried)."""
        return self.bytes is None or self.bytes <= MAX_BYTES

    @property
    def _suffix(self) -> str:
        return PurePath(self.file_name or "").suffix.lower()


def attachment_of(message: Message) -> Attachment | None:
    """Return the photo (its largest size) or the file of a message; None when it has neither."""
    if message.photo:
        return _photo(max(message.photo, key=lambda photo: photo.width * photo.height))
    if message.document and not message.animation:  # Telegram calls an animation a file, too
        return _document(message.document)
    return None


def _photo(photo: PhotoSize) -> Attachment:
    return Attachment(
        source="photo",
        file_id=photo.file_id,
        file_unique_id=photo.file_unique_id,
        bytes=photo.file_size,
        size=(photo.width, photo.height),
    )


def _document(document: Document) -> Attachment:
    return Attachment(
        source="document",
        file_id=document.file_id,
        file_unique_id=document.file_unique_id,
        file_name=document.file_name,
        mime_type=document.mime_type,
        bytes=document.file_size,
    )
