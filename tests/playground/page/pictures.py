"""Pictures for the page's tests, and a look at the pixels of a screenshot."""

import io

from PIL import Image

ORANGE = (230, 120, 20)
BLUE = (30, 60, 220)


def plain_picture(colour: tuple[int, int, int], size: tuple[int, int] = (320, 200)) -> bytes:
    """Return a PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def is_near(screenshot: bytes, share_x: float, colour: tuple[int, int, int]) -> bool:
    """Tell whether half-way down, at a share of the width, the screenshot has about this colour."""
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    seen = image.getpixel((int(image.width * share_x), image.height // 3))
    assert isinstance(seen, tuple)
    return all(abs(a - b) < 40 for a, b in zip(seen, colour))
