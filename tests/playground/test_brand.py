"""The bot's pictures are those that the project makes, and such as Telegram takes."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from playground.brand import ASSETS, avatar, sample


def shipped(name: str) -> Image.Image:
    return Image.open(io.BytesIO((ASSETS / f"{name}.jpg").read_bytes())).convert("RGB")


def difference(first: Image.Image, second: Image.Image) -> float:
    """How far two pictures are apart, on average and of 255."""
    means = ImageStat.Stat(ImageChops.difference(first, second.resize(first.size))).mean
    return sum(means) / len(means)


@pytest.mark.parametrize("name", ["avatar", "sample", "welcome"])
def test_the_pictures_are_small_jpegs(name: str) -> None:
    data = (ASSETS / f"{name}.jpg").read_bytes()
    assert len(data) < 250_000
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_the_avatar_is_the_one_that_is_drawn() -> None:
    assert difference(shipped("avatar"), avatar()) < 3


def test_the_avatar_shows_its_sun_in_a_round_frame() -> None:
    picture = avatar(160)
    assert picture.size == (160, 160)
    red, _, blue = picture.getpixel((80, 45))  # type: ignore[misc]  # of an RGB picture
    assert red > 200 > blue


def test_the_sample_and_the_left_of_the_greeting_are_the_same_photo() -> None:
    photo, shown = sample(), shipped("welcome")
    assert difference(shipped("sample"), photo) < 5
    left = (0, 0, shown.width * 2 // 5, shown.height)
    right = (shown.width * 3 // 5, 0, shown.width, shown.height)
    whole = photo.resize(shown.size)
    assert difference(shown.crop(left), whole.crop(left)) < 12
    assert difference(shown.crop(right), whole.crop(right)) > 40
