"""Safe decoding and encoding of pictures.

What comes in from strangers is bytes. What comes out is an upright 8-bit sRGB picture without
metadata, or a clear error. Light: needs Pillow and NumPy only.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

Format = Literal["JPEG", "PNG", "WEBP"]

FORMATS: tuple[Format, ...] = ("JPEG", "PNG", "WEBP")
"""The formats that are opened at all: Pillow knows many more, each a way in for an attack."""

# Pillow's own limit is a global, warns below 179 Mpx and hides the size above. `decode` checks
# the size in the header against the caller's limit, before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None

_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    struct.error,
    zlib.error,
)


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


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture ready to be worked on."""

    image: Image.Image
    """Upright, sRGB, no metadata; mode L, LA, RGB or RGBA (alpha only where it is used)."""
    format: Format
    """What the bytes were."""


def decode(data: bytes, max_pixels: int) -> Decoded:
    """Decode a picture of unknown origin.

    The first frame of an animation is taken. EXIF orientation is applied, an ICC profile is
    converted to sRGB, 16-bit samples become 8-bit, palettes, CMYK and the like become RGB.

    Args:
        data: the whole file.
        max_pixels: largest width × height; checked before any pixel is decoded.

    Raises:
        UnsupportedFormatError: neither JPEG, PNG nor WebP.
        ImageTooLargeError: more than ``max_pixels``.
        BrokenImageError: damaged data.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        if _looks_supported(data):
            raise BrokenImageError("the header is damaged") from None
        raise UnsupportedFormatError("neither JPEG, PNG nor WebP") from None
    except _DECODING_ERRORS as error:
        raise BrokenImageError(f"the header is damaged: {error}") from error
    if image.width * image.height > max_pixels:
        raise ImageTooLargeError(image.width, image.height, max_pixels)
    # A phone's picture with several frames is a JPEG all the same; Pillow calls it MPO.
    format_: Format = "PNG" if image.format == "PNG" else "JPEG"
    if image.format == "WEBP":
        format_ = "WEBP"
    # The marker that starts a scan cannot occur within compressed data.
    if format_ == "JPEG" and data.count(b"\xff\xda") > MAX_SCANS:
        raise BrokenImageError(f"more than {MAX_SCANS} scans")
    try:
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        clean = _drop_unused_alpha(_to_srgb(image))
    except _DECODING_ERRORS as error:
        raise BrokenImageError(f"the data is damaged: {error}") from error
    clean.info.clear()
    return Decoded(clean, format_)


def encode(image: Image.Image, format: Literal["JPEG", "PNG"], quality: int = 92) -> bytes:  # noqa: A002
    """Encode a picture without metadata.

    Args:
        image: mode L, LA, RGB or RGBA. JPEG has no alpha: transparent parts become black.
        format: JPEG or PNG.
        quality: of JPEG, 1 to 95. From 90 up colour is stored at full resolution (4:4:4): neon
            edges are where halved colour shows first.
    """
    buffer = io.BytesIO()
    if format == "PNG":
        # Level 3 costs a third of level 6 and gives files a few percent larger.
        image.save(buffer, "PNG", compress_level=3)
    else:
        _flatten(image).save(
            buffer, "JPEG", quality=quality, subsampling="4:4:4" if quality >= 90 else "4:2:0"
        )
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


def _looks_supported(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


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
