"""Finding pictures that look the same, whatever their size and compression."""

from typing import Final

from PIL import Image

MAX_DISTANCE: Final = 6
"""Bits of 64. The same photo, shrunk and compressed again, differs in 0 to 4; others in 12 up."""


def perceptual_hash(picture: Image.Image) -> int:
    """64 bits that tell how the picture looks: its coarsest cosine frequencies (pHash).

    Raises:
        OSError: the library for it is not installed.
    """
    try:
        import imagehash  # noqa: PLC0415
    except ImportError as error:
        raise OSError("ImageHash is missing: pip install -r requirements-dev.txt") from error
    return int(str(imagehash.phash(picture)), 16)


class Seen:
    """The pictures so far."""

    def __init__(self) -> None:
        self._owners: dict[int, str] = {}

    def add(self, value: int, owner: str) -> None:
        """Remember a picture by its perceptual hash; ``owner`` names it."""
        self._owners.setdefault(value, owner)

    def like(self, value: int) -> str | None:
        """Name a picture that looks the same; None if there is none."""
        if value in self._owners:
            return self._owners[value]
        near = (o for v, o in self._owners.items() if (v ^ value).bit_count() <= MAX_DISTANCE)
        return next(near, None)
