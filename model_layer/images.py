"""Safe decoding and encoding of pictures.

What comes in from strangers is bytes. What comes out is an upright 8-bit sRGB picture, or a clear
error. Light: needs Pillow and NumPy only, and pillow-heif where a HEIC picture comes.
"""

import contextlib
import functools
import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from model_layer.metadata import Metadata

Format = Literal["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "HEIF"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
"""The formats that are opened at all: Pillow knows many more, each a way in for an attack."""
LOSSY: Final = frozenset[Format]({"JPEG", "HEIF", "AVIF"})
"""Formats of photos: a result in a lossless one would only be larger."""
SUFFIXES: Final = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif", ".avif",
        ".tif", ".tiff", ".bmp", ".gif",
    }
)  # fmt: skip
"""Of files in these formats, in lower case."""
MIME_TYPES: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif",
        "image/tiff", "image/bmp", "image/x-ms-bmp", "image/gif",
    }
)  # fmt: skip
"""Of the formats."""
OutputFormat = Literal["JPEG", "PNG", "WEBP", "TIFF"]
MAX_SIDES: Final[dict[OutputFormat, int]] = {"JPEG": 65_500, "WEBP": 16_383}
"""Pixels of the longest side that can be written."""

_TIFF_COMPRESSIONS: Final = frozenset(
    {"raw", "packbits", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "jpeg"}
)
_SIGNATURES: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|....ftyp|II[*+]\0|MM\0[*+]|GIF8[79]a|BM.{12}[\x0c\x28]",
    re.DOTALL,
)

# Pillow's own limit is a global, warns below 179 Mpx and hides the size above. `decode` checks
# the size in the header against the caller's limit, before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


class ImageError(ValueError):
    """The bytes cannot be used as a picture."""


class UnsupportedFormatError(ImageError):
    """Not one of :data:`FORMATS`."""


class BrokenImageError(ImageError):
    """The format is right, but the data is damaged or cut short."""


class ImageTooLargeError(ImageError):
    """The picture has more pixels than allowed.

    Args:
        width: pixels, as stored.
        height: pixels, as stored.
        max_pixels: the limit.
    """

    def __init__(self, width: int, height: int, max_pixels: int) -> None:
        super().__init__(
            f"{width}×{height} is {width * height / 1e6:.1f} megapixels, "
            f"more than {max_pixels / 1e6:.1f}"
        )
        self.width, self.height, self.max_pixels = width, height, max_pixels


MAX_SCANS = 100
"""Scans of a JPEG. A progressive one has about ten; thousands of tiny ones cost hours to decode."""
_MAX_SCANNED_PIXELS: Final = 1_000_000_000
"""In all scans together, but for the first 20: tens of seconds."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture ready to be worked on."""

    image: Image.Image
    """Upright, sRGB, no metadata; mode L, LA, RGB or RGBA (alpha only where it is used)."""
    format: Format
    """What the bytes were."""
    metadata: Metadata
    """What the file said beside."""


def read_size(data: bytes, max_pixels: int) -> tuple[int, int]:
    """Read a picture's width and height, as stored, in pixels, without decoding any.

    Raises:
        ImageError: what :func:`decode` finds wrong with the header.
    """
    return _open_within(data, max_pixels).size


def decode(data: bytes, max_pixels: int) -> Decoded:
    """Decode a picture of unknown origin.

    The first frame of an animation is taken. EXIF orientation is applied, an ICC profile is
    converted to sRGB, 16-bit samples become 8-bit, palettes, CMYK and the like become RGB.

    Args:
        data: the whole file.
        max_pixels: largest width × height; checked before any pixel is decoded.

    Raises:
        UnsupportedFormatError: none of :data:`FORMATS`, or a rare kind of one.
        ImageTooLargeError: more than ``max_pixels``, or than fits into memory.
        BrokenImageError: damaged data.
    """
    image = _open_within(data, max_pixels)
    # A phone's picture with several frames is a JPEG all the same; Pillow calls it MPO.
    format_: Format = "JPEG" if image.format == "MPO" else image.format  # type: ignore[assignment]
    with _refusing("the data is damaged"):
        try:
            metadata = Metadata.of(image)
            if format_ == "JPEG":
                image = _with_all_scans(image, data)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            clean = _drop_unused_alpha(_to_srgb(image))
        except MemoryError as error:
            raise ImageTooLargeError(image.width, image.height, max_pixels) from error
    clean.info.clear()
    return Decoded(clean, format_, metadata)


def encode(
    image: Image.Image,
    format: OutputFormat,  # noqa: A002
    quality: int = 92,
    metadata: Metadata | None = None,
) -> bytes:
    """Encode a picture.

    Args:
        image: mode L, LA, RGB or RGBA. JPEG has no alpha: transparent parts become black.
        format: of the bytes.
        quality: of JPEG and WebP, 1 to 100. From 90 up a JPEG's colour is stored at full
            resolution (4:4:4): neon edges are where halved colour shows first.
        metadata: is written beside an sRGB profile; without it neither is.
    """
    options: dict[str, object] = {}
    if metadata:
        options = {"exif": metadata.exif()} | ({"dpi": metadata.dpi} if metadata.dpi else {})
        if image.mode.startswith("RGB"):  # a profile of three colours does not fit grey
            options["icc_profile"] = _srgb_profile()
    if format == "PNG":
        # Level 3 costs a third of level 6 and gives files a few percent larger.
        options["compress_level"] = 3
    else:
        options["quality"] = quality
    if format == "JPEG":
        image = _flatten(image)
        options["subsampling"] = "4:4:4" if quality >= 90 else "4:2:0"
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Separate colour (mode L or RGB) from alpha (mode L, or None)."""
    if image.mode in ("LA", "RGBA"):
        return image.convert(image.mode[:-1]), image.getchannel("A")
    return image, None


def join_alpha(colour: Image.Image, alpha: Image.Image | None) -> Image.Image:
    """The reverse of :func:`split_alpha`; both pictures have the same size."""
    if alpha is None:
        return colour
    return Image.merge(colour.mode + "A", (*colour.split(), alpha))


def to_rgb(colour: Image.Image) -> Image.Image:
    """Convert mode L or RGB to RGB, without a copy where it is RGB already."""
    return colour if colour.mode == "RGB" else colour.convert("RGB")


@contextlib.contextmanager
def _refusing(why: str) -> Iterator[None]:
    """Refuse what Pillow cannot parse, whatever its parsers end in: a stranger wrote the bytes.

    Raises:
        BrokenImageError: anything was raised but an :class:`ImageError`.
    """
    try:
        yield
    except ImageError:
        raise
    except Exception as error:
        raise BrokenImageError(f"{why}: {error}") from error


def _open_within(data: bytes, max_pixels: int) -> Image.Image:
    """Read the header of a picture that may be decoded.

    Raises:
        ImageError: the header is damaged, or says that it may not.
    """
    with _refusing("the header is damaged"):
        image = _open(data)
        # A tile may be larger than the picture, and is allocated as a whole.
        tile = _tiff_tile_pixels(image) if image.format == "TIFF" else 0
    if max(image.width * image.height, tile) > max_pixels:
        raise ImageTooLargeError(image.width, image.height, max_pixels)
    return image


def _open(data: bytes) -> Image.Image:
    """Read a picture's header."""
    formats: list[str] = [format_ for format_ in FORMATS if format_ != "HEIF"]
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis"):
        import pillow_heif  # noqa: PLC0415  # a tenth of a second that few pictures cost

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
        formats.append("HEIF")
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        if _SIGNATURES.match(data):
            raise BrokenImageError("the header is damaged") from None
        raise UnsupportedFormatError(f"not one of {', '.join(FORMATS)}") from None


def _tiff_tile_pixels(image: Image.Image) -> int:
    """Pixels of a tile, 0 where there are none.

    Raises:
        UnsupportedFormatError: a compression that photos do not have.
    """
    if image.info.get("compression") not in _TIFF_COMPRESSIONS:
        raise UnsupportedFormatError(f"TIFF with {image.info.get('compression')} compression")
    tags = image.getexif()
    return int(tags.get(322, 0)) * int(tags.get(323, 0))  # TileWidth, TileLength


def _with_all_scans(image: Image.Image, data: bytes) -> Image.Image:
    """See that a JPEG has not too many scans and lacks nothing but its end marker, if that."""
    scans, ended = _count_scans(data)
    if scans > max(20, min(MAX_SCANS, _MAX_SCANNED_PIXELS // (image.width * image.height))):
        raise BrokenImageError(f"{scans} scans")
    if ended:
        return image
    # What follows complete data is not looked at, whatever it is; what follows incomplete data
    # is taken for pixels.
    data = data.rstrip(b"\xff")
    whole, other = (_open(data + tail + b"\xff\xd9") for tail in (b"", b"\xfe" * 64))
    if zlib.crc32(other.tobytes()) != zlib.crc32(whole.tobytes()):
        raise BrokenImageError("the data is cut short")
    return whole


# Within compressed data a byte FF is followed by 00, or by D0 to D7 between its parts; it may be
# repeated before a marker. 01 and D8 are markers without a length. To begin with a plain byte makes
# the search ten times as fast.
_JPEG_MARKER: Final = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]", re.DOTALL)


def _count_scans(data: bytes) -> tuple[int, bool]:
    """Count the scans of a JPEG up to its end marker, and say whether it has one.

    What lies behind, a phone's video or a second picture, is not looked at.
    """
    scans, position = 0, 2
    while found := _JPEG_MARKER.search(data, position):
        marker, position = found[0][1], found.end()
        if marker == 0xD9:
            return scans, True
        scans += marker == 0xDA
        position += int.from_bytes(data[position : position + 2])
    return scans, False


@functools.cache
def _srgb_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The same bytes every time: without the moment when they were made (ICC.1:2010, 7.2.1).
    return profile[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + profile[36:]


def _to_srgb(image: Image.Image) -> Image.Image:
    """Convert any mode to L, LA, RGB or RGBA under sRGB."""
    profile = image.info.get("icc_profile")
    image = _to_plain_mode(image)
    if profile:
        colour, alpha = split_alpha(image)
        image = join_alpha(_apply_profile(colour, profile), alpha)
    return image.convert("RGB") if image.mode == "CMYK" else image


def _to_plain_mode(image: Image.Image) -> Image.Image:
    """Convert to 8 bits a sample, without palette: L, LA, RGB, RGBA or CMYK."""
    if image.mode == "F":
        raise UnsupportedFormatError("floating-point samples")
    if image.mode.startswith("I"):
        return _sixteen_to_eight_bits(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("LA" if image.mode == "L" else "RGBA")
    if image.mode in ("La", "RGBa"):
        return image.convert(image.mode.upper())
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image.convert("RGB")
    return image


def _sixteen_to_eight_bits(image: Image.Image) -> Image.Image:
    """Convert 16-bit grey to mode L, or LA where one grey is marked as transparent."""
    samples = np.asarray(image)
    grey = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), 256):  # in strips: wide integers for all would cost much
        wide = samples[top : top + 256].astype(np.int64)
        grey[top : top + 256] = (wide.clip(0, 65535) + 128) // 257
    transparent = image.info.get("transparency")
    if transparent is None:
        return Image.fromarray(grey)
    alpha = np.where(samples == transparent, 0, 255).astype(np.uint8)
    return Image.merge("LA", (Image.fromarray(grey), Image.fromarray(alpha)))


def _apply_profile(colour: Image.Image, profile: bytes) -> Image.Image:
    """Convert from an ICC profile to sRGB; a damaged or unfitting profile is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return colour
        target = "L" if colour.mode == "L" else "RGB"
        converted = ImageCms.profileToProfile(
            colour,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return colour
    if converted is None:  # only when converting in place
        return colour
    return converted.convert(target)


def _drop_unused_alpha(image: Image.Image) -> Image.Image:
    if image.mode.endswith("A") and image.getchannel("A").getextrema() == (255, 255):
        return image.convert(image.mode[:-1])
    return image


def _flatten(image: Image.Image) -> Image.Image:
    colour, alpha = split_alpha(image)
    if alpha is None:
        return colour
    black = Image.new(colour.mode, colour.size)
    return Image.composite(colour, black, alpha)
