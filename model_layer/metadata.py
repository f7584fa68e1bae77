"""What a picture's file says beside its pixels, as far as it stays true of a result."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image
from PIL.ExifTags import IFD, Base

_KEPT: Final = frozenset(
    {
        Base.ImageDescription, Base.Make, Base.Model, Base.Software, Base.DateTime, Base.Artist,
        Base.HostComputer, Base.Copyright, Base.Rating, Base.RatingPercent, Base.XPTitle,
        Base.XPComment, Base.XPAuthor, Base.XPKeywords, Base.XPSubject,
    }
)  # fmt: skip
"""Of the first directory: the others describe how the pixels were stored, or a thumbnail."""
_DROPPED: Final = frozenset(
    {Base.MakerNote, Base.ExifImageWidth, Base.ExifImageHeight, IFD.Interop, Base.ColorSpace}
)
"""Of the Exif directory: what holds previews and offsets, or describes the stored pixels."""
_MAX_BYTES: Final = 60_000
"""A JPEG's EXIF has 65,533 bytes at most."""
_SRGB = 1


Tags = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Date, camera, author, place and resolution: upright, without a thumbnail."""

    picture: Tags = field(default_factory=dict)
    """Of EXIF's first directory: title, author, date."""
    camera: Tags = field(default_factory=dict)
    """Of its Exif directory: lens, exposure, when the photo was taken."""
    place: Tags = field(default_factory=dict)
    """Of its GPS directory."""
    dpi: tuple[float, float] | None = None
    """Across and down."""

    @classmethod
    def of(cls, image: Image.Image) -> "Metadata":
        """Read those of an opened picture; what is damaged is left out."""
        try:
            exif = image.getexif()
            directories = exif, exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
            dpi = image.info.get("dpi")
            resolution = (float(dpi[0]), float(dpi[1])) if dpi else None
        except Exception:  # noqa: BLE001  # Pillow's parser ends in whatever a stranger wrote
            return cls()
        picture, camera, place = map(_writable, directories)
        return cls(
            {tag: value for tag, value in picture.items() if tag in _KEPT},
            {tag: value for tag, value in camera.items() if tag not in _DROPPED},
            place,
            resolution,
        )

    def exif(self) -> bytes:
        """Serialise, as every format embeds it; nothing where there is nothing to say."""
        exif = Image.Exif()
        exif.update(self.picture)
        if self.camera:
            exif.get_ifd(IFD.Exif).update({**self.camera, Base.ColorSpace: _SRGB})
        if self.place:
            exif.get_ifd(IFD.GPSInfo).update(self.place)
        data = exif.tobytes() if self.picture or self.camera or self.place else b""
        return data if len(data) < _MAX_BYTES else b""


def _writable(tags: Tags) -> dict[int, Any]:
    """Leave out what cannot be written as it was read, and what is too long to be a text."""
    kept = {}
    for tag in tags:
        with contextlib.suppress(Exception):  # some are parsed only here
            alone = Image.Exif()
            alone[tag] = value = tags[tag]
            if len(alone.tobytes()) < 8192:
                kept[tag] = value
    return kept
