"""Pictures that look the same."""

import io
import sys

import pytest
from PIL import Image

from tests.training.collect.fake_flickr import jpeg
from training.collect.duplicates import Seen, perceptual_hash


def hash_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as picture:
        return perceptual_hash(picture)


@pytest.mark.parametrize(("width", "quality"), [(400, 30), (200, 90), (800, 60)])
def test_size_and_compression_do_not_matter(width: int, quality: int) -> None:
    seen = Seen()
    seen.add(hash_of(jpeg(1)), "the first")
    assert seen.like(hash_of(jpeg(1, width, width * 3 // 4, quality))) == "the first"


def test_other_pictures_are_others() -> None:
    seen = Seen()
    for seed in range(40):
        value = hash_of(jpeg(seed))
        assert seen.like(value) is None
        seen.add(value, str(seed))


def test_six_bits_of_difference_are_the_limit() -> None:
    seen = Seen()
    seen.add(0, "black")
    assert seen.like(0b111111) == "black"
    assert seen.like(0b1111111) is None


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagehash", None)
    with pytest.raises(OSError, match="ImageHash is missing: pip install"):
        hash_of(jpeg(1))
