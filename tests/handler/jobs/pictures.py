"""Pictures to send."""

import io

import numpy as np
from PIL import Image


def gradient(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Make a picture that compresses well."""
    return Image.linear_gradient("L").resize(size).convert(mode)


def noise(size: tuple[int, int]) -> Image.Image:
    """Make a picture that does not compress at all, the same each time."""
    samples = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(samples)


def encoded(image: Image.Image, file_format: str = "JPEG") -> bytes:
    """Encode a picture."""
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    """Decode a picture; ``format`` tells what it was."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
