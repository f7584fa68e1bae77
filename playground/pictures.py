"""What Telegram makes of pictures: several JPEG sizes of a photo, a thumbnail of a document."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

# Longest sides of the sizes that Telegram calls s, m, x and y.
PHOTO_SIDES = (90, 320, 800, 1280)
THUMBNAIL_SIDE = 320
JPEG_QUALITY = 87
MAX_SIDES_SUM = 10_000
MAX_RATIO = 20
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


class NotAPictureError(ValueError):
    """The bytes are no picture that Telegram can read."""


class PictureDimensionsError(ValueError):
    """Width + height above 10,000, or one side more than 20 times the other."""


@dataclass(frozen=True)
class JpegPicture:
    """A re-encoded picture and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class MovingPicture:
    """The shape of a GIF in pixels, its duration in whole seconds, and its first frame, small."""

    width: int
    height: int
    seconds: int
    thumbnail: JpegPicture


def moving_picture(data: bytes) -> MovingPicture:
    """Return what Telegram tells of a GIF.

    Raises:
        NotAPictureError: `data` is no GIF.
    """
    small = thumbnail(data)
    try:
        with Image.open(io.BytesIO(data), formats=("GIF",)) as picture:
            frames = ImageSequence.Iterator(picture)
            milliseconds = sum(frame.info.get("duration", 0) for frame in frames)
            width, height = picture.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPictureError("not a GIF") from error
    if small is None:
        raise NotAPictureError("not a GIF of a usual size")
    return MovingPicture(width, height, round(milliseconds / 1000), small)


def is_jpeg(data: bytes) -> bool:
    """Say whether the bytes begin as a JPEG does."""
    return data.startswith(b"\xff\xd8\xff")


def photo_sizes(data: bytes) -> list[JpegPicture]:
    """Return what Telegram keeps of a photo, smallest first: upright JPEGs without metadata.

    Raises:
        NotAPictureError: `data` cannot be decoded.
        PictureDimensionsError: the picture's shape is one that Telegram refuses.
    """
    picture = _open_upright(data, check_dimensions=True)
    longest = max(picture.size)
    sides = [side for side in PHOTO_SIDES if side < longest]
    if len(sides) < len(PHOTO_SIDES):
        sides.append(longest)
    return [_shrink(picture, side) for side in sides]


def thumbnail(data: bytes) -> JpegPicture | None:
    """Return a small JPEG of a picture file, or None when `data` is no picture."""
    try:
        # The dimensions are checked here too: a huge picture is not worth decoding for a preview.
        picture = _open_upright(data, check_dimensions=True)
    except (NotAPictureError, PictureDimensionsError):
        return None
    return _shrink(picture, min(THUMBNAIL_SIDE, max(picture.size)))


def _open_upright(data: bytes, *, check_dimensions: bool) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if check_dimensions:
                _check_dimensions(*picture.size)
            upright = ImageOps.exif_transpose(picture)
            if upright.has_transparency_data:
                upright = upright.convert("RGBA")
                canvas = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(canvas, upright)
            return upright.convert("RGB")
    except PictureDimensionsError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPictureError("not a picture that Telegram can read") from error


def _check_dimensions(width: int, height: int) -> None:
    if width + height > MAX_SIDES_SUM or max(width, height) > MAX_RATIO * min(width, height):
        raise PictureDimensionsError(f"{width}×{height} pixels are no photo for Telegram")


def _shrink(picture: Image.Image, longest: int) -> JpegPicture:
    scale = longest / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    # A fresh picture carries no EXIF or colour profile into the file.
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(
        buffer, "JPEG", quality=JPEG_QUALITY, optimize=True
    )
    return JpegPicture(buffer.getvalue(), *size)
