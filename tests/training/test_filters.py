"""Which pictures are skipped: drawn ones, and scikit-image's photos."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from tests.training.pictures import noise, plain
from training.filters import Defect, Tally, defect, is_grey, text_share

WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "the",
    "lazy",
    "dog",
    "while",
    "five",
    "wizards",
    "box",
    "quietly",
]


def page(paper: str, ink: str, letters: int, spacing: float = 1.4) -> Image.Image:
    """A page full of words; letters in pixels, spacing in letters."""
    picture = Image.new("RGB", (600, 800), paper)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(letters)
    rng = np.random.default_rng(0)
    for y in range(10, 800 - letters, int(letters * spacing)):
        pen.text((20, y), " ".join(rng.choice(WORDS, 14)), fill=ink, font=font)
    return picture


def skyline() -> Image.Image:
    """A neon city: lit windows in dark houses, which are no text."""
    rng = np.random.default_rng(1)
    picture = Image.new("RGB", (600, 400), "#180830")
    pen = ImageDraw.Draw(picture)
    for left in range(0, 600, 60):
        top = int(rng.integers(60, 250))
        pen.rectangle([left, top, left + 50, 400], fill="#0a0418")
        for x in range(left + 6, left + 46, 12):
            for y in range(top + 8, 400, 18):
                if rng.random() < 0.4:
                    pen.rectangle([x, y, x + 5, y + 9], fill=("#ff20a0", "#20e0ff")[x % 2])
    return picture


@pytest.mark.parametrize(
    ("paper", "ink", "letters", "spacing"),
    [
        ("white", "#102060", 14, 1.4),  # a document
        ("#141428", "cyan", 14, 1.4),  # a terminal
        ("#0a001e", "#ff00a0", 28, 1.4),  # a poster
        ("white", "#a00000", 14, 3.0),  # wide lines
    ],
)
def test_pages_are_text_like(paper: str, ink: str, letters: int, spacing: float) -> None:
    picture = page(paper, ink, letters, spacing)
    assert text_share(picture) > 0.32
    assert text_share(picture.resize((300, 400), Image.Resampling.LANCZOS)) > 0.32


def test_a_page_in_colour_is_skipped_as_text() -> None:
    assert defect(page("#141478", "#ffff00", 16)) is Defect.TEXT


def test_a_city_of_windows_is_kept() -> None:
    assert defect(skyline()) is None


@pytest.mark.parametrize("name", ["coffee", "chelsea", "astronaut", "rocket", "retina"])
def test_photos_in_colour_are_kept(name: str) -> None:
    photo = Image.fromarray(getattr(data, name)())
    assert defect(photo) is None
    assert text_share(photo) < 0.05


@pytest.mark.parametrize("name", ["camera", "coins", "page", "brick", "clock"])
def test_photos_without_colour_are_grey(name: str) -> None:
    assert defect(Image.fromarray(getattr(data, name)()).convert("RGB")) is Defect.GREY


def test_a_faint_tint_is_grey_a_small_bright_sign_is_not() -> None:
    luma = noise(200, 200)[..., 0].astype(float)
    tint = np.stack([luma, luma * 0.97, luma * 0.9], -1).astype(np.uint8)
    assert is_grey(Image.fromarray(tint))
    sign = np.repeat((luma / 4).astype(np.uint8)[..., None], 3, -1)
    sign[60:120, 60:120] = (255, 0, 160)  # nine percent of the picture
    assert not is_grey(Image.fromarray(sign))


@pytest.mark.parametrize("size", [(1, 1), (15, 40), (16, 16), (3000, 20)])
def test_any_size_is_judged(size: tuple[int, int]) -> None:
    assert defect(Image.new("RGB", size, "magenta")) is None


def test_the_tally_counts_by_kind_in_one_line() -> None:
    tally = Tally()
    assert str(tally) == "kept 0 of 0"
    tally.kept = 342
    assert str(tally) == "kept 342 of 342"
    for why, count in ((Defect.BROKEN, 2), (Defect.GREY, 9), (Defect.TINY, 3), (Defect.TEXT, 4)):
        for number in range(count):
            tally.skip(Path(f"{number}.jpg"), why)
    assert str(tally) == "kept 342 of 360: 9 grey, 4 text-like, 3 tiny, 2 broken"


def test_the_first_of_each_kind_are_named() -> None:
    tally = Tally()
    for number in range(5):
        tally.skip(Path(f"{number}.jpg"), Defect.GREY)
    tally.skip(Path("x.jpg"), Defect.BROKEN)
    assert tally.names() == ["grey: 0.jpg, 1.jpg, 2.jpg and 2 more", "broken: x.jpg"]


def test_a_plain_picture_has_no_text() -> None:
    assert text_share(Image.fromarray(plain((200, 0, 90), 64))) == 0
