"""Names from strangers do no harm, and stay recognisable."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handler.telegram.file_names import result_name, safe_stem
from model_layer.effects import Neon, Strength, Upscale


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("cat.png", "cat"),
        ("my.holiday.photo.jpeg", "my.holiday.photo"),
        ("Фото из отпуска.jpg", "Фото из отпуска"),
        ("README", "README"),
        (None, "photo"),
        ("", "photo"),
        (".png", "png"),
        ("...", "photo"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\me\cat.png", "cat"),
        ('a"b\r\nX-Header: 1.png', "a_bX-Header_ 1"),
        ("evil\u202egnp.exe", "evilgnp"),
        ("  two   spaces .jpg", "two spaces"),
    ],
)
def test_stems(name: str | None, stem: str) -> None:
    assert safe_stem(name) == stem


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_a_harmless_one(name: str) -> None:
    stem = safe_stem(name)
    assert 0 < len(stem) <= 45
    assert not set(stem) & set('<>:"/\\|?*\r\n')
    assert not any(unicodedata.category(c).startswith("C") for c in stem)
    assert stem == safe_stem(f"{stem}.png")


def test_the_suffix_names_the_effect_and_the_format() -> None:
    assert result_name("cat.webp", Neon(), "JPEG") == "cat-neon.jpg"
    assert result_name("cat.webp", Upscale(4), "PNG") == "cat-x4.png"


def test_long_names_stay_short_enough_to_keep_their_ends() -> None:
    name = result_name("x" * 200 + ".jpg", Neon(Strength.SOFT), "JPEG")
    assert len(name) <= 60
    assert name.endswith("x-neon-soft.jpg")
