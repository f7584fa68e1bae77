"""Pictures for the tests."""

import io

from PIL import Image

ORIENTATION_TAG = 0x0112


def picture(
    width: int = 64, height: int = 48, file_format: str = "JPEG", orientation: int = 1
) -> bytes:
    """Return a picture with a red left half and a blue right half."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    buffer = io.BytesIO()
    image.save(buffer, file_format, exif=exif)
    return buffer.getvalue()


def gif(*milliseconds: int, size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a GIF whose frames are shown for so long each."""
    durations = list(milliseconds or (100, 100))
    frames = [Image.new("P", size, index) for index in range(len(durations))]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=durations)
    return buffer.getvalue()
