"""What stays of what a camera wrote, in every format."""

import io
import struct
from dataclasses import replace

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from model_layer.images import OutputFormat, decode, encode
from model_layer.metadata import Metadata


def photo(format_: str = "JPEG") -> bytes:
    """A picture held upright by a phone, with all that one writes."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.DateTime] = "Maker", "2026:01:02 03:04:05"
    exif[Base.Copyright], exif[Base.Orientation] = "© Ada", 6
    exif[Base.ImageWidth], exif[Base.Compression] = 40, 6
    camera = exif.get_ifd(IFD.Exif)
    camera[Base.DateTimeOriginal], camera[Base.FNumber] = "2020:01:01 00:00:00", 1.8
    camera[Base.MakerNote], camera[Base.ExifImageWidth] = b"preview" * 1000, 40
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (1.0, 2.0, 3.0)
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, format_, exif=exif.tobytes(), dpi=(300, 300))
    return file.getvalue()


@pytest.mark.parametrize("output", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_camera_date_author_and_place_stay(source: str, output: OutputFormat) -> None:
    decoded = decode(photo(source), 10_000)
    image = Image.open(io.BytesIO(encode(decoded.image, output, metadata=decoded.metadata)))
    assert image.size == (30, 40)
    exif = image.getexif()
    assert (exif[Base.Make], exif[Base.DateTime]) == ("Maker", "2026:01:02 03:04:05")
    camera, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    assert camera[Base.DateTimeOriginal] == "2020:01:01 00:00:00"
    assert float(camera[Base.FNumber]) == 1.8
    assert place[GPS.GPSLatitude] == (1.0, 2.0, 3.0)
    assert exif.get(Base.Orientation, 1) == 1
    assert not {Base.MakerNote, Base.ExifImageWidth} & camera.keys()
    assert image.info["icc_profile"]


@pytest.mark.parametrize("output", ["JPEG", "PNG", "TIFF"])
def test_resolution_stays(output: OutputFormat) -> None:
    decoded = decode(photo(), 10_000)
    image = Image.open(io.BytesIO(encode(decoded.image, output, metadata=decoded.metadata)))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_the_place_can_be_left_out() -> None:
    decoded = decode(photo(), 10_000)
    bare = replace(decoded.metadata, place={})
    exif = Image.open(io.BytesIO(encode(decoded.image, "JPEG", metadata=bare))).getexif()
    assert exif[Base.Make] == "Maker"
    assert not exif.get_ifd(IFD.GPSInfo)


def test_a_thumbnail_of_the_old_picture_goes() -> None:
    thumbnail = b"\xff\xd8thumbnail\xff\xd9"
    first = b"\x01\0" + b"\x0f\x01\x02\0\x02\0\0\0M\0\0\0"  # Make
    second = b"\x02\0" + b"\x01\x02\x04\0\x01\0\0\0\x40\0\0\0\x02\x02\x04\0\x01\0\0\0\x0d\0\0\0"
    exif = b"II*\0\x08\0\0\0" + first + b"\x1a\0\0\0" + second + b"\0" * 4
    exif = b"Exif\0\0" + exif.ljust(64, b"\0") + thumbnail
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)
    assert thumbnail in file.getvalue()
    decoded = decode(file.getvalue(), 100)
    result = encode(decoded.image, "JPEG", metadata=decoded.metadata)
    assert Image.open(io.BytesIO(result)).getexif()[Base.Make] == "M"
    assert b"thumbnail" not in result


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0rubbish", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0"]
)
def test_damaged_metadata_spoil_no_picture(exif: bytes) -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)
    decoded = decode(file.getvalue(), 100)
    assert decoded.image.size == (8, 8)
    assert decoded.metadata.exif() == b""


def test_one_damaged_tag_spoils_no_other() -> None:
    """Pillow leaves a TIFF's tag 262 with several values among the keys, without any value."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "TIFF", tiffinfo={Base.Make: "Maker"})
    data = bytearray(file.getvalue())
    place = data.index(struct.pack("<HHI", Base.PhotometricInterpretation, 3, 1))
    struct.pack_into("<I", data, place + 4, 3)
    decoded = decode(bytes(data), 100)
    assert decoded.metadata.picture == {Base.Make: "Maker"}


def test_the_same_picture_becomes_the_same_bytes() -> None:
    decoded = decode(photo(), 10_000)
    first, second = (encode(decoded.image, "PNG", metadata=decoded.metadata) for _ in range(2))
    assert first == second


def test_grey_has_no_profile_of_colours() -> None:
    grey = Image.open(io.BytesIO(encode(Image.new("L", (4, 4)), "PNG", metadata=Metadata())))
    assert "icc_profile" not in grey.info
