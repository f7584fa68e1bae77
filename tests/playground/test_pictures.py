import io

import pytest
from PIL import Image

from playground.pictures import (
    NotAPictureError,
    PictureDimensionsError,
    photo_sizes,
    thumbnail,
)
from tests.playground.pictures import picture


@pytest.mark.parametrize(
    ("width", "height", "longest"),
    [
        (60, 40, [60]),
        (320, 200, [90, 320]),
        (500, 400, [90, 320, 500]),
        (1280, 100, [90, 320, 800, 1280]),
        (100, 1900, [90, 320, 800, 1280]),
    ],
)
def test_sizes(width: int, height: int, longest: list[int]) -> None:
    sizes = photo_sizes(picture(width, height))
    assert [max(size.width, size.height) for size in sizes] == longest
    for size in sizes:
        with Image.open(io.BytesIO(size.data)) as image:
            assert image.format == "JPEG"
            assert image.size == (size.width, size.height)


def test_photo_is_upright_and_without_metadata() -> None:
    rotated_90_degrees = 6
    (size,) = photo_sizes(picture(80, 40, orientation=rotated_90_degrees))
    with Image.open(io.BytesIO(size.data)) as image:
        assert image.size == (40, 80)
        assert not image.getexif()
        red, _, blue = image.convert("RGB").split()
        assert red.getpixel((20, 10)) == pytest.approx(254, abs=4)
        assert blue.getpixel((20, 70)) == pytest.approx(254, abs=4)


def test_transparency_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(buffer, "PNG")
    (size,) = photo_sizes(buffer.getvalue())
    with Image.open(io.BytesIO(size.data)) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def test_photos_that_telegram_refuses() -> None:
    with pytest.raises(NotAPictureError):
        photo_sizes(b"no picture")
    with pytest.raises(NotAPictureError):
        photo_sizes(picture(400, 300)[:800])
    with pytest.raises(PictureDimensionsError):
        photo_sizes(picture(21, 1))
    with pytest.raises(PictureDimensionsError):
        photo_sizes(picture(9000, 1001))


def test_thumbnail() -> None:
    small = thumbnail(picture(640, 480, "PNG"))
    assert small is not None
    assert (small.width, small.height) == (320, 240)
    assert thumbnail(b"no picture") is None
