"""Whatever is planned stays within Telegram's limits, and is as good as they allow."""

import unicodedata
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handler.telegram.delivery import (
    DOCUMENT_MAX_BYTES,
    JPEG_MAX_SIDE,
    PHOTO_MAX_BYTES,
    Delivery,
    Form,
    Kind,
    UndeliverableError,
    best_delivery,
    fits,
    safe_stem,
    smaller,
)
from model_layer.effects import Size
from model_layer.images import FORMATS, Format

sources: st.SearchStrategy[Kind] = st.sampled_from(["photo", "document"])
formats: st.SearchStrategy[Format] = st.sampled_from(FORMATS)
sizes = st.tuples(st.integers(1, 300_000), st.integers(1, 300_000))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Delivery, Size]:
    size = draw(sizes)
    delivery = best_delivery(
        size,
        source=draw(sources),
        source_format=draw(formats),
        lossless=draw(st.booleans()),
        suffix="x",
        form=draw(st.sampled_from([None, *get_args(Form)])),
    )
    return delivery, size


def neon(size: Size, source: Kind = "photo", source_format: Format = "JPEG") -> Delivery:
    return best_delivery(
        size, source=source, source_format=source_format, lossless=False, suffix="neon"
    )


def next_ones(delivery: Delivery, bytes_per_pixel: float) -> list[Delivery]:
    """Follow the plan with an encoder of constant efficiency, until the file fits."""
    steps = [delivery]
    while not fits(delivery, encoded(delivery, bytes_per_pixel)):
        delivery = smaller(delivery, encoded(delivery, bytes_per_pixel))
        steps.append(delivery)
    return steps


def encoded(delivery: Delivery, bytes_per_pixel: float) -> int:
    width, height = delivery.encoding.size
    return int(width * height * bytes_per_pixel)


@settings(deadline=None)
@given(plans(), st.floats(0.01, 8))
def test_every_plan_ends_in_something_telegram_accepts(
    planned: tuple[Delivery, Size], bytes_per_pixel: float
) -> None:
    delivery, size = planned
    steps = next_ones(delivery, bytes_per_pixel)
    assert len(steps) < 30
    for step in steps:
        width, height = step.encoding.size
        assert 1 <= width <= size[0]
        assert 1 <= height <= size[1]
        if step.kind == "photo":
            assert width + height <= 10_000
            assert max(width, height) <= 20 * min(width, height)
        if step.encoding.format == "JPEG":
            assert max(width, height) <= JPEG_MAX_SIDE
    final = encoded(steps[-1], bytes_per_pixel)
    assert final <= (10_000_000 if steps[-1].kind == "photo" else 50_000_000)


@settings(deadline=None)
@given(plans(), st.floats(0.01, 8))
def test_what_is_less_than_promised_says_so(
    planned: tuple[Delivery, Size], bytes_per_pixel: float
) -> None:
    delivery, size = planned
    for step in next_ones(delivery, bytes_per_pixel):
        if step.encoding.size != size:
            assert step.reduced
        if step.encoding != delivery.encoding:
            assert step.reduced


@settings(deadline=None)
@given(plans())
def test_a_result_refused_again_and_again_ends_as_undeliverable(
    planned: tuple[Delivery, Size],
) -> None:
    delivery = planned[0]

    def refuse_everything() -> None:
        step = delivery
        for _ in range(100):
            step = smaller(step, encoded_bytes=1000)

    with pytest.raises(UndeliverableError):
        refuse_everything()


def test_neon_of_a_photo_is_a_photo() -> None:
    delivery = neon((1280, 960))
    assert (delivery.kind, delivery.encoding.format, delivery.encoding.quality) == (
        "photo",
        "JPEG",
        92,
    )


@pytest.mark.parametrize("size", [(9001, 1000), (2001, 100), (100, 2001)])
def test_a_photo_telegram_would_refuse_is_a_document(size: Size) -> None:
    delivery = neon(size)
    assert delivery.kind == "document"
    assert delivery.encoding.size == size


@pytest.mark.parametrize("size", [(9000, 1000), (2000, 100)])
def test_a_photo_just_within_the_limits_stays_a_photo(size: Size) -> None:
    assert neon(size).kind == "photo"


def test_a_photo_of_too_many_bytes_is_a_document_of_the_same_bytes() -> None:
    photo = neon((5000, 5000))
    assert not fits(photo, PHOTO_MAX_BYTES + 1)
    document = smaller(photo, PHOTO_MAX_BYTES + 1)
    assert document == replace(photo, kind="document")
    assert not document.reduced


@pytest.mark.parametrize(
    ("source_format", "expected"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "PNG")]
)
def test_neon_of_a_file_stays_in_its_family(source_format: Format, expected: str) -> None:
    delivery = neon((800, 600), "document", source_format)
    assert delivery.kind == "document"
    assert delivery.encoding.format == expected
    assert delivery.encoding.quality == 95


@settings(deadline=None)
@given(sources, formats, sizes)
def test_what_is_lossless_is_a_file(source: Kind, source_format: Format, size: Size) -> None:
    delivery = best_delivery(
        size, source=source, source_format=source_format, lossless=True, suffix="x2"
    )
    assert delivery.kind == "document"
    assert delivery.encoding.format == "PNG"
    assert delivery.encoding.size == size


@pytest.mark.parametrize(
    ("form", "lossless", "kind", "encoded_as"),
    [
        (None, False, "photo", "JPEG"),
        ("file", False, "document", "JPEG"),
        ("jpeg", False, "document", "JPEG"),
        (None, True, "document", "PNG"),
        ("file", True, "document", "PNG"),
        ("jpeg", True, "document", "JPEG"),
    ],
)
def test_a_person_may_want_a_photo_as_a_file_and_a_file_as_jpeg(
    form: Form | None, lossless: bool, kind: Kind, encoded_as: str
) -> None:
    delivery = best_delivery(
        (640, 480), source="photo", source_format="JPEG", lossless=lossless, suffix="x", form=form
    )
    assert (delivery.kind, delivery.encoding.format) == (kind, encoded_as)
    assert delivery.encoding.size == (640, 480)
    assert not delivery.reduced


def test_a_document_of_too_many_bytes_loses_quality_before_pixels() -> None:
    step = best_delivery(
        (8000, 8000),
        source="photo",
        source_format="JPEG",
        lossless=True,
        suffix="x2",
        source_name="a.jpg",
    )
    seen = []
    for _ in range(5):
        step = smaller(step, DOCUMENT_MAX_BYTES + 1)
        seen.append((step.encoding.format, step.encoding.quality, step.encoding.size[0] == 8000))
    assert seen == [
        ("JPEG", 95, True),
        ("JPEG", 90, True),
        ("JPEG", 85, True),
        ("JPEG", 75, True),
        ("JPEG", 75, False),
    ]
    assert step.file_name == "a-x2.jpg"


@pytest.mark.parametrize(
    ("source_name", "lossless", "name"),
    [
        (None, False, "photo-neon-max.jpg"),
        ("cat.webp", False, "cat-neon-max.jpg"),
        ("cat.png", True, "cat-neon-max.png"),
        ("x" * 200 + ".jpg", False, "x" * 45 + "-neon-max.jpg"),
    ],
)
def test_results_are_named_after_their_source(
    source_name: str | None, name: str, *, lossless: bool
) -> None:
    delivery = best_delivery(
        (10, 10),
        source="photo",
        source_format="PNG",
        lossless=lossless,
        suffix="neon-max",
        source_name=source_name,
    )
    assert delivery.file_name == name
    assert len(name) <= 60


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
