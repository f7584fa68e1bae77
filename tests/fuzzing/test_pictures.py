"""Whatever a stranger's file is like, it is decoded or refused: nothing else, and in bounds."""

import io
import random
import time
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model_layer.images import FORMATS, Decoded, ImageError, decode
from tests.fuzzing.examples import fuzzing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LIMIT = 300_000
"""Pixels."""
SECONDS = 20.0
"""At most, on a machine that is busy."""


def _seeds() -> list[bytes]:
    """Draw small pictures in every format and kind."""
    pillow_heif.register_heif_opener()
    noise = np.random.default_rng(0).integers(0, 255, (24, 32, 4), dtype=np.uint8)
    image = Image.fromarray(noise)
    kinds: list[tuple[Image.Image, str, dict[str, Any]]] = [
        (image.convert("RGB"), format_, {}) for format_ in FORMATS
    ]
    kinds += [
        (image.convert("RGB"), "JPEG", {"progressive": True, "exif": b"Exif\0\0MM\0*\0\0\0\x08"}),
        (image.convert("L"), "JPEG", {}),
        (image.convert("CMYK"), "JPEG", {}),
        (image, "PNG", {}),
        (image.convert("P"), "PNG", {"transparency": 3}),
        (image.convert("1"), "PNG", {}),
        (Image.fromarray(noise[..., 0].astype(np.uint16) * 257), "PNG", {}),
        (image, "WEBP", {"lossless": True}),
        (image.convert("RGB"), "TIFF", {"compression": "tiff_lzw"}),
        (image.convert("RGB"), "TIFF", {"compression": "jpeg"}),
    ]
    seeds = []
    for picture, format_, options in kinds:
        buffer = io.BytesIO()
        picture.save(buffer, format_, **options)
        seeds.append(buffer.getvalue())
    return seeds


SEEDS = _seeds()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Damage a real file here and there, or join two."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    # From one number, so that hypothesis draws little, and shrinks well.
    dice = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311
    for _ in range(draw(st.integers(0, 6))):
        place = dice.randrange(len(data) if dice.random() < 0.5 else min(len(data), 200))
        match draw(st.sampled_from(["set", "bits", "big", "cut", "repeat", "insert", "join"])):
            case "set":
                data[place] = dice.choice([0, 1, 127, 128, 255, dice.randrange(256)])
            case "bits":
                data[place] ^= 1 << dice.randrange(8)
            case "big":
                data[place : place + 4] = dice.choice(
                    [b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\0\0"]
                )
            case "cut":
                del data[place : place + dice.randrange(1, 64)]
            case "repeat":
                data[place:place] = data[place : place + 64] * dice.randrange(1, 40)
            case "insert":
                data[place:place] = dice.randbytes(dice.randrange(1, 32))
            case "join":
                data += dice.choice(SEEDS)
        data = data or bytearray(b"\0")
    return bytes(data)


@fuzzing
@given(damaged())
def test_a_damaged_picture_is_decoded_or_refused(data: bytes) -> None:
    began = time.monotonic()
    try:
        decoded = decode(data, LIMIT)
    except ImageError:
        pass
    else:
        assert isinstance(decoded, Decoded)
        assert decoded.image.mode in ("L", "LA", "RGB", "RGBA")
        assert decoded.image.width * decoded.image.height <= LIMIT
        decoded.metadata.exif()
    assert time.monotonic() - began < SECONDS
