"""How a result goes out: as a photo, as a document, or as a smaller document; and its name.

Pure decisions from Telegram's limits; encoding and sending happen elsewhere. Start with
:func:`best_delivery`, encode as it says, and while :func:`fits` says no, go on with
:func:`smaller`.
Limits: https://core.telegram.org/bots/api#sendphoto and #senddocument.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from handler.telegram.errors import RefusedError
from model_layer import Size
from model_layer.images import LOSSY, Format
from model_layer.metadata import Metadata

Kind = Literal["photo", "document"]
"""A photo, which Telegram compresses, or a file; one cannot be sent again as the other."""
DeliveryFormat = Literal["JPEG", "PNG"]
Form = Literal["jpeg", "file"]
"""How a person may want a result: as a JPEG file, though it be lossy, or as a file instead of a
photo."""

PHOTO_MAX_BYTES = 10_000_000
PHOTO_MAX_SIDES_SUM = 10_000
PHOTO_MAX_RATIO = 20
DOCUMENT_MAX_BYTES = 50_000_000
JPEG_MAX_SIDE = 65_500
"""What JPEG encoders can write at all, pixels."""

PHOTO_QUALITY = 92
FALLING_QUALITIES = (95, 90, 85, 75)
REFUSED_SHRINK = 0.7
"""Halves the pixels, when the limit that a file broke is not known."""


_EXTENSIONS: Final = {"JPEG": "jpg", "PNG": "png"}
_MAX_STEM_LENGTH = 45
"""Telegram cuts names off at about 60 characters; suffix and extension need up to 14."""
_FORBIDDEN = re.compile(r'[<>:"|?*]')


class UndeliverableError(RefusedError):
    """Not even the smallest form of the result would be accepted."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the bytes of a file are made of."""

    format: DeliveryFormat
    size: Size
    """The size to encode at: the result's own, or smaller."""
    quality: int = FALLING_QUALITIES[0]
    """JPEG quality; PNG has none and is lossless."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way to send a result."""

    kind: Kind
    encoding: Encoding
    file_name: str
    reduced: bool = False
    """Whether it is less than was promised: lossy instead of lossless, or fewer pixels."""
    metadata: Metadata | None = None
    """What the file says beside its pixels."""


class Outcome(BaseModel):
    """What a result is like."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    reduced: bool = False
    """Whether the file is less than was promised, which the caption has to say each time."""
    bytes: int | None = None
    """Of the file; None where it is not known."""
    size: Size | None = None
    """Of the picture, pixels; None where it is not known."""


class Result(Outcome):
    """A delivered result; Telegram keeps the file and sends it again by its id."""

    file_id: str
    preview: str | None = None
    """Id of the photo that shows what was gained, where there is one."""


def best_delivery(
    size: Size,
    *,
    source: Kind,
    source_format: Format,
    lossless: bool,
    suffix: str,
    source_name: str | None = None,
    form: Form | None = None,
    metadata: Metadata | None = None,
) -> Delivery:
    """Choose the best way to send a result.

    Args:
        size: of the result.
        source: how the picture came; a photo is answered with a photo, a file with a file.
        source_format: what the picture was encoded in.
        lossless: whether the result has to arrive pixel for pixel, as a file.
        suffix: what was done, for the file's name: ``cat.webp`` becomes ``cat-x2.png``.
        source_name: the file name of the picture, if it had one; trusted in nothing.
        form: how the person wants it, if not as is usual.
        metadata: what the file is to say beside its pixels.
    """
    encoding = _best_encoding(size, source, source_format, form, lossless=lossless)
    answer_with_photo = is_photo(source, form, lossless=lossless)
    name = f"{safe_stem(source_name)}-{suffix}.{_EXTENSIONS[encoding.format]}"
    return Delivery(
        kind="photo" if answer_with_photo and _is_allowed_as_photo(size) else "document",
        encoding=encoding,
        file_name=name,
        reduced=encoding.size != size,
        metadata=metadata,
    )


def is_photo(source: Kind, form: Form | None, *, lossless: bool) -> bool:
    """Say whether a result is to go out as a photo, see :func:`best_delivery`."""
    return source == "photo" and form is None and not lossless


def fits(delivery: Delivery, encoded_bytes: int) -> bool:
    """Say whether Telegram accepts a file of ``encoded_bytes`` in this way."""
    limit = PHOTO_MAX_BYTES if delivery.kind == "photo" else DOCUMENT_MAX_BYTES
    return encoded_bytes <= limit


def smaller(delivery: Delivery, encoded_bytes: int) -> Delivery:
    """Choose the next way, after one whose file of ``encoded_bytes`` was too large or refused.

    A photo becomes a document of the same bytes, a PNG a JPEG, a JPEG one of lower quality, and
    the lowest quality fewer pixels.

    Raises:
        UndeliverableError: nothing smaller is left.
    """
    if delivery.kind == "photo":
        return replace(delivery, kind="document")
    encoding = _smaller_encoding(delivery.encoding, encoded_bytes)
    stem = delivery.file_name.rpartition(".")[0]
    return replace(delivery, encoding=encoding, file_name=f"{stem}.jpg", reduced=True)


def safe_stem(name: str | None) -> str:
    """Return a file name without folders, extension and characters that fool people or programs.

    Left out are control characters and those that turn the direction of text round; at most
    45 characters remain, and ``photo`` where nothing does.
    """
    base = re.split(r"[/\\]", name or "")[-1]
    stem = re.sub(r"(?<=.)\.\w{1,5}$", "", base)
    stem = "".join(c for c in unicodedata.normalize("NFC", stem) if not _is_invisible(c))
    stem = " ".join(_FORBIDDEN.sub("_", stem).split())
    return stem.strip(" .-")[:_MAX_STEM_LENGTH].rstrip(" .-") or "photo"


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in ("Zl", "Zp")


def _best_encoding(
    size: Size, source: Kind, source_format: Format, form: Form | None, *, lossless: bool
) -> Encoding:
    if form == "jpeg":
        return Encoding("JPEG", _within_jpeg(size))
    if lossless:
        return Encoding("PNG", size)
    if is_photo(source, form, lossless=lossless):
        return Encoding("JPEG", _within_jpeg(size), PHOTO_QUALITY)
    if source_format in LOSSY:
        return Encoding("JPEG", _within_jpeg(size))
    return Encoding("PNG", size)


def _is_allowed_as_photo(size: Size) -> bool:
    return sum(size) <= PHOTO_MAX_SIDES_SUM and max(size) <= PHOTO_MAX_RATIO * min(size)


def _smaller_encoding(encoding: Encoding, encoded_bytes: int) -> Encoding:
    if encoding.format == "PNG":
        return Encoding("JPEG", _within_jpeg(encoding.size))
    lower = [quality for quality in FALLING_QUALITIES if quality < encoding.quality]
    if lower:
        return replace(encoding, quality=lower[0])
    if encoding.size == (1, 1):
        raise UndeliverableError("the result cannot be made any smaller")
    factor = REFUSED_SHRINK
    if encoded_bytes > DOCUMENT_MAX_BYTES:
        factor = min(0.9, math.sqrt(0.9 * DOCUMENT_MAX_BYTES / encoded_bytes))
    return replace(encoding, size=_scaled(encoding.size, factor))


def _within_jpeg(size: Size) -> Size:
    longest = max(size)
    return size if longest <= JPEG_MAX_SIDE else _scaled(size, JPEG_MAX_SIDE / longest)


def _scaled(size: Size, factor: float) -> Size:
    """Scale down, never to nothing; ``factor`` is below 1."""
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))
