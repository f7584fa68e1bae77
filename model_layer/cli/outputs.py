"""Files and folders that commands write: what cannot be written is noticed before the work.

:func:`picture`, :func:`file` and :func:`folder` parse options. Does without torch.
"""

from pathlib import Path

import typer
from PIL import Image

from model_layer.images import MAX_SIDES
from model_layer.store.bucket import SCHEME

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


def file(text: str) -> Path:
    """Read the name of a file to write."""
    path = Path(text)
    if path.is_dir():
        raise typer.BadParameter(f"{text} is a folder; name a file")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"{text}: there is no folder {path.parent}")
    return path


def picture(text: str) -> Path:
    """Read the name of a picture to write."""
    path = file(text)
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise typer.BadParameter(f"{text}: a picture can be .png or .jpg")
    return path


def folder(text: str | Path) -> Path:
    """Read the name of a folder to write into; it need not be there."""
    if str(text).startswith(SCHEME):
        raise typer.BadParameter(f"{text}: name a folder; publish puts it into a bucket")
    path = Path(text)
    there = next((place for place in (path, *path.parents) if place.exists()), None)
    if there and not there.is_dir():
        raise typer.BadParameter(f"{there} is a file; name a folder")
    return path


def check_size(path: Path, width: int, height: int) -> None:
    """See that a picture of so many pixels can be written.

    Raises:
        ValueError: it is to be a JPEG, and too large for one.
    """
    if path.suffix.lower() != ".png" and max(width, height) > MAX_SIDES["JPEG"]:
        raise ValueError(
            f"{path}: {width:,}×{height:,} pixels, and no side of a JPEG is longer than "
            f"{MAX_SIDES['JPEG']:,}; name a .png"
        )


def save(image: Image.Image, path: Path) -> None:
    """Write a picture; the suffix says in which format.

    Raises:
        ValueError: it is too large for a JPEG.
        OSError: it cannot be written.
    """
    check_size(path, *image.size)
    image.save(path, quality=90)
