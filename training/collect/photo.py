"""A photo as Flickr lists it."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

_SIZES: Final = ("m", "z", "c", "l", "h", "k", "o")  # 500 px on the long side, 640, … original
EXTRAS: Final = ",".join(["license", "owner_name", *(f"url_{size}" for size in _SIZES)])
"""What to ask Flickr to tell of each photo."""

_ID: Final = re.compile(r"[0-9]{1,20}")  # becomes a file name


@dataclass(frozen=True)
class Size:
    """A file that Flickr has of a photo."""

    url: str
    width: int
    height: int

    @property
    def short_side(self) -> int:
        """Pixels."""
        return min(self.width, self.height)


@dataclass(frozen=True)
class Photo:
    """A photo as Flickr lists it."""

    id: str
    """Digits only."""
    title: str
    author: str
    licence: str
    """Flickr's id of the licence; empty if it is not told."""
    page: str
    """Address of the page about the photo."""
    sizes: tuple[Size, ...]

    @classmethod
    def from_entry(cls, entry: Any) -> "Photo | None":
        """Read an entry of a list of photos; None if it is not one that can be used."""
        if not isinstance(entry, dict) or not _ID.fullmatch(str(entry.get("id"))):
            return None
        owner = str(entry.get("owner") or "")
        return cls(
            id=str(entry["id"]),
            title=_line(entry.get("title")),
            author=_line(entry.get("ownername")) or owner,
            licence=str(entry.get("license", "")),
            page=f"https://www.flickr.com/photos/{quote(owner, safe='@')}/{entry['id']}/",
            sizes=tuple(filter(None, (_size(entry, letter) for letter in _SIZES))),
        )

    def size(self, short_side: int) -> Size | None:
        """Return the smallest file whose short side has so many pixels, else the largest."""
        sizes = sorted(self.sizes, key=lambda size: size.short_side)
        enough = [size for size in sizes if size.short_side >= short_side]
        return next(iter(enough or sizes[-1:]), None)


def _line(text: Any) -> str:
    """Text in one line; Flickr wraps some as an object."""
    if isinstance(text, dict):
        text = text.get("_content")
    return " ".join(str(text or "").split())


def _size(entry: dict[Any, Any], letter: str) -> Size | None:
    url = entry.get(f"url_{letter}")
    try:
        width, height = int(entry[f"width_{letter}"]), int(entry[f"height_{letter}"])
    except (KeyError, TypeError, ValueError):
        return None
    if not isinstance(url, str) or min(width, height) < 1:
        return None
    return Size(url, width, height)
