"""How a result goes out: as a photo, as a document, or as a smaller document.

Pure decisions from Telegram's limits; encoding and sending happen elsewhere. Start with
:func:`plan`, encode what it says, and while :func:`fits` says no, go on with :func:`smaller`.
Limits: https://core.telegram.org/bots/api#sendphoto and #senddocument.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

from handler.jobs.job import Source
from handler.jobs.results import Kind
from handler.telegram.file_names import result_name
from model_layer.effects import Effect, Size, Upscale

Format = Literal["JPEG", "PNG"]
SourceFormat = Literal["JPEG", "PNG", "WEBP"]

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


class UndeliverableError(Exception):
    """Not even the smallest form of the result would be accepted."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the bytes of a file are made of."""

    format: Format
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


def plan(
    effect: Effect,
    *,
    source: Source,
    source_format: SourceFormat,
    size: Size,
    source_name: str | None = None,
) -> Delivery:
    """Choose the best way to send a result.

    Args:
        effect: what was applied.
        source: how the picture came; a photo is answered with a photo, a file with a file.
        source_format: what the picture was encoded in.
        size: width and height of the result, pixels.
        source_name: the file name of the picture, if it had one.
    """
    encoding = _best_encoding(effect, source, source_format, size)
    answer_with_photo = source == "photo" and not isinstance(effect, Upscale)
    return Delivery(
        kind="photo" if answer_with_photo and _is_allowed_as_photo(size) else "document",
        encoding=encoding,
        file_name=result_name(source_name, effect, encoding.format),
        reduced=encoding.size != size,
    )


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


def _best_encoding(
    effect: Effect, source: Source, source_format: SourceFormat, size: Size
) -> Encoding:
    if isinstance(effect, Upscale):
        return Encoding("PNG", size)
    if source == "photo":
        return Encoding("JPEG", _within_jpeg(size), PHOTO_QUALITY)
    if source_format == "JPEG":
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
