"""Decoding what strangers send, and encoding results."""

import io
import itertools
import struct
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from model_layer.images import (
    FORMATS,
    MAX_SCANS,
    BrokenImageError,
    ImageError,
    ImageTooLargeError,
    UnsupportedFormatError,
    decode,
    encode,
    join_alpha,
    read_size,
    split_alpha,
)

LIMIT = 1_000_000


def gradient(width: int = 40, height: int = 30) -> Image.Image:
    """Draw a picture whose corners differ."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = x * 255 // max(1, width - 1), y * 255 // max(1, height - 1)
    return Image.fromarray(np.stack([red, green, (red + green) // 2], -1).astype(np.uint8))


pillow_heif.register_heif_opener()


def to_bytes(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format_", FORMATS)
def test_allowed_formats(format_: str) -> None:
    decoded = decode(to_bytes(gradient(), format_), LIMIT)
    assert decoded.format == format_
    assert (decoded.image.mode, decoded.image.size) == ("RGB", (40, 30))
    error = np.asarray(decoded.image).astype(int) - np.asarray(gradient())
    assert np.abs(error).mean() < 8


@pytest.mark.parametrize("format_", ["ICO", "PPM", "JPEG2000"])
def test_formats_off_the_list_are_refused(format_: str) -> None:
    with pytest.raises(UnsupportedFormatError):
        decode(to_bytes(gradient(), format_), LIMIT)


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg/>", b"%PDF-1.4"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError):
        decode(data, LIMIT)


@pytest.mark.parametrize("format_", [f for f in FORMATS if f != "TIFF"])  # its header comes last
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_files_cut_short_are_broken(format_: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    data = to_bytes(Image.fromarray(noise), format_)
    with pytest.raises(BrokenImageError):
        decode(data[: max(16, int(len(data) * share))], LIMIT)


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*",
         b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypmif1", b""]
    ),
)  # fmt: skip
@settings(max_examples=200)
def test_rubbish_never_ends_in_another_error(data: bytes, start: bytes) -> None:
    with pytest.raises(ImageError):
        decode(start + data, LIMIT)


def test_size_is_checked_before_pixels_are_decoded() -> None:
    """A header that promises 3.6 gigapixels, with no pixel behind it."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )
    with pytest.raises(ImageTooLargeError) as caught:
        decode(data + struct.pack(">I", 0) + b"IDAT", LIMIT)
    assert (caught.value.width, caught.value.height) == (60_000, 60_000)


def test_the_limit_itself_is_allowed() -> None:
    data = to_bytes(gradient(40, 30))
    assert decode(data, 1200).image.size == (40, 30)
    with pytest.raises(ImageTooLargeError):
        decode(data, 1199)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    """Store a picture as a camera held that way does; it must come back upright."""
    stored_by = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = gradient()
    transpose = stored_by.get(orientation)
    stored = upright.transpose(transpose) if transpose is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode(to_bytes(stored, "PNG", exif=exif), LIMIT).image
    assert np.array_equal(np.asarray(decoded), np.asarray(upright))


def test_metadata_does_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS latitude reference
    decoded = decode(to_bytes(gradient(), "JPEG", exif=exif, comment=b"secret"), LIMIT).image
    assert decoded.info == {}
    for format_ in ("JPEG", "PNG"):
        again = Image.open(io.BytesIO(encode(decoded, format_)))
        assert not again.getexif()
        assert not {"comment", "icc_profile", "dpi"} & again.info.keys()


def profile_with_red_and_green_swapped() -> bytes:
    """Build an ICC profile (ICC.1:2001, section 6) of sRGB's primaries, red and green exchanged."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    linear = b"curv\0\0\0\0" + struct.pack(">I", 0)
    name = b"swapped\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"gXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), linear),
    }
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for signature, data in tags.items():
        table += signature + struct.pack(">II", offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = struct.pack(">I", offset + len(body))
    header = size + bytes(4) + b"\x02\x10\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    header += fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def test_icc_profile_is_converted_to_srgb() -> None:
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    data = to_bytes(red, "PNG", icc_profile=profile_with_red_and_green_swapped())
    r, g, b = decode(data, LIMIT).image.getpixel((1, 1))  # type: ignore[misc]
    assert g > 250
    assert max(r, b) < 5


def test_icc_profile_leaves_alpha_alone() -> None:
    glass = Image.new("RGBA", (4, 4), (255, 0, 0, 77))
    data = to_bytes(glass, "PNG", icc_profile=profile_with_red_and_green_swapped())
    _, green, _, alpha = decode(data, LIMIT).image.getpixel((1, 1))  # type: ignore[misc]
    assert green > 250
    assert alpha == 77


def test_an_icc_profile_of_another_colour_space_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    data = to_bytes(gradient(), "PNG", icc_profile=lab.tobytes())
    assert np.array_equal(np.asarray(decode(data, LIMIT).image), np.asarray(gradient()))


def test_a_damaged_icc_profile_is_ignored() -> None:
    data = to_bytes(gradient(), "PNG", icc_profile=b"rubbish")
    assert np.array_equal(np.asarray(decode(data, LIMIT).image), np.asarray(gradient()))


def test_sixteen_bits_become_eight() -> None:
    samples = np.array([[0, 257, 128 * 257, 65535]], np.uint16)
    decoded = decode(to_bytes(Image.fromarray(samples)), LIMIT).image
    assert decoded.mode == "L"
    assert np.asarray(decoded).tolist() == [[0, 1, 128, 255]]


def test_one_transparent_grey_of_sixteen_bits_becomes_alpha() -> None:
    samples = np.array([[0, 300, 65535]], np.uint16)
    decoded = decode(to_bytes(Image.fromarray(samples), transparency=300), LIMIT).image
    assert decoded.mode == "LA"
    assert np.asarray(decoded)[0].tolist() == [[0, 255], [1, 0], [255, 255]]


def progressive(width: int = 400, height: int = 300) -> tuple[bytes, bytes]:
    """A progressive JPEG without its end, and its last scan."""
    data = to_bytes(gradient(width, height), "JPEG", progressive=True)[:-2]
    return data, data[data.rindex(b"\xff\xda") :]


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    """A last scan repeated a thousand times: a small file that would take minutes."""
    data, scan = progressive()
    assert decode(data + scan * 20 + b"\xff\xd9", LIMIT).image.size == (400, 300)
    with pytest.raises(BrokenImageError, match="scans"):
        decode(data + scan * 1000 + b"\xff\xd9", LIMIT)


def test_the_larger_a_jpeg_the_fewer_scans_it_may_have() -> None:
    data, scan = progressive()
    height_and_width = struct.pack(">HH", 300, 400)
    large = data.replace(height_and_width, struct.pack(">HH", 5000, 8000), 1)
    for start, limit in ((data, MAX_SCANS), (large, 25)):
        scans = start + scan * (limit + 1 - start.count(b"\xff\xda"))
        with pytest.raises(BrokenImageError, match=f"{limit + 1} scans"):
            decode(scans + b"\xff\xd9", 40_000_000)


def test_scans_are_not_counted_in_the_video_behind_a_motion_photo() -> None:
    data = to_bytes(gradient(), "JPEG")
    video = b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 500
    assert np.array_equal(
        np.asarray(decode(data + video, LIMIT).image), np.asarray(decode(data, LIMIT).image)
    )


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("lost", [1, 2])
def test_a_jpeg_that_lacks_only_its_end_marker_is_whole(
    options: dict[str, object], lost: int
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    data = to_bytes(Image.fromarray(noise), "JPEG", **options)
    whole, without_end = decode(data, LIMIT).image, decode(data[:-lost], LIMIT).image
    assert np.array_equal(np.asarray(without_end), np.asarray(whole))
    with pytest.raises(BrokenImageError):
        decode(data[:-12], LIMIT)


def test_of_moving_pictures_the_first_frame_is_taken() -> None:
    frames = [gradient(), gradient().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    for format_ in ("GIF", "WEBP", "AVIF", "TIFF"):
        data = to_bytes(frames[0], format_, save_all=True, append_images=frames[1:])
        first = np.asarray(decode(data, LIMIT).image).astype(int)
        assert np.abs(first - np.asarray(frames[0])).mean() < 8, format_


def test_a_tiff_with_a_tile_larger_than_the_picture_is_refused() -> None:
    tags = {256: 16, 257: 16, 258: 8, 259: 1, 262: 1, 277: 1, 322: 32_000, 323: 32_000,
            324: 8, 325: 256}  # fmt: skip
    entries = (struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    data = b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(entries) + bytes(260)
    with pytest.raises(ImageTooLargeError):
        decode(data, LIMIT)


def test_a_tiff_whose_tags_are_of_another_kind_is_decoded_or_refused() -> None:
    """Pillow's parser ends in TypeError or OverflowError, too, depending on the tag."""
    whole = to_bytes(gradient(), "TIFF")
    directory = int.from_bytes(whole[4:8], "little")
    tags = int.from_bytes(whole[directory : directory + 2], "little")
    refused = 0
    for tag, kind, count in itertools.product(range(tags), range(18), (0, 1, 2, 2**31)):
        data = bytearray(whole)
        struct.pack_into("<HI", data, directory + 4 + 12 * tag, kind, count)
        try:
            decode(bytes(data), LIMIT)
        except ImageError:
            refused += 1
    assert refused > 0


@pytest.mark.parametrize(
    "data",
    [
        to_bytes(gradient().convert("1"), "TIFF", compression="group4"),
        to_bytes(Image.new("F", (4, 4), 0.5), "TIFF"),
    ],
    ids=["fax", "floats"],
)
def test_what_photos_are_not_stored_in_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError):
        decode(data, LIMIT)


def test_cmyk_becomes_rgb() -> None:
    cmyk = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    red, green, blue = decode(to_bytes(cmyk, "JPEG"), LIMIT).image.getpixel((4, 4))  # type: ignore[misc]
    assert red < 40
    assert min(green, blue) > 200


def test_greyscale_stays_greyscale() -> None:
    assert decode(to_bytes(gradient().convert("L"), "JPEG"), LIMIT).image.mode == "L"
    assert decode(to_bytes(gradient().convert("1")), LIMIT).image.mode == "L"


def test_alpha_is_kept_where_it_is_used() -> None:
    transparent = gradient().convert("RGBA")
    transparent.putpixel((0, 0), (1, 2, 3, 0))
    assert decode(to_bytes(transparent), LIMIT).image.mode == "RGBA"
    opaque = gradient().convert("RGBA")
    assert decode(to_bytes(opaque), LIMIT).image.mode == "RGB"


def test_a_transparent_palette_becomes_alpha() -> None:
    palette = gradient().quantize(8)
    decoded = decode(to_bytes(palette, transparency=0), LIMIT).image
    assert decoded.mode == "RGBA"
    assert decoded.getchannel("A").getextrema()[0] == 0


def test_png_is_lossless() -> None:
    decoded = decode(encode(gradient(), "PNG"), LIMIT)
    assert np.array_equal(np.asarray(decoded.image), np.asarray(gradient()))


def test_jpeg_flattens_transparency_on_black() -> None:
    clear = Image.new("RGBA", (16, 16), (255, 255, 255, 0))
    assert decode(encode(clear, "JPEG"), LIMIT).image.getpixel((8, 8)) == (0, 0, 0)


def test_good_jpeg_keeps_full_colour_resolution() -> None:
    sampling = {}
    for quality in (75, 95):
        image = Image.open(io.BytesIO(encode(gradient(), "JPEG", quality)))
        sampling[quality] = image.layer[0][1:3]  # type: ignore[attr-defined]
    assert sampling == {75: (2, 2), 95: (1, 1)}


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_alpha_apart_and_together_again(mode: str) -> None:
    image = gradient().convert(mode)
    colour, alpha = split_alpha(image)
    assert (alpha is not None) == mode.endswith("A")
    assert np.array_equal(np.asarray(join_alpha(colour, alpha)), np.asarray(image))


def test_what_does_not_fit_into_memory_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Image.Image) -> None:
        raise MemoryError

    data = encode(Image.new("RGB", (30, 20)), "PNG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(ImageTooLargeError, match="30×20"):
        decode(data, 10_000)


def test_the_size_is_read_and_checked_before_any_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20)).save(buffer, "JPEG")
    monkeypatch.setattr(Image.Image, "load", None)
    assert read_size(buffer.getvalue(), 600) == (30, 20)
    with pytest.raises(ImageTooLargeError):
        read_size(buffer.getvalue(), 599)
