"""The bot's pictures: its avatar, the before and after of its greeting, a photo to try it on.

Drawn, and made by the bot's own networks from scikit-image's *coffee* (CC0):
``python -m playground.brand`` writes them into handler/assets.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from skimage import data as photos

from model_layer import ModelStore, Neon, Upscale
from model_layer.comparing.seam import combine
from model_layer.images import encode

if TYPE_CHECKING:
    from model_layer import Engine

ROOT: Final = Path(__file__).parents[1]
ASSETS: Final = ROOT / "handler" / "assets"
AVATAR_SIDE: Final = 640
"""Telegram shows no larger one."""
QUALITY: Final = 88

_UNIT: Final = 96
"""The drawing's own width and height, as those of the chat page's logo."""
_FINER: Final = 2
"""Drawn so many times as large, for smooth edges."""
_SKY: Final = ((26, 11, 61), (58, 11, 78))
_SUN: Final = ((255, 209, 102), (255, 79, 163), (160, 59, 255))
_STRIPES: Final = ((49, 51.5), (56, 59.5), (63.5, 68.5))
_CITY: Final = (
    "0,96 0,58 10,58 10,50 19,50 19,66 25,66 25,52 33,52 33,66 40,66 40,44 44,44 46,37 48,44 52,44 "
    "52,66 59,66 59,52 68,52 68,64 75,64 75,48 85,48 85,60 96,60 96,96"
)
_LAMPS: Final = {
    (34, 227, 255): "13,58,6 29,61,4 44,52,4 48,60,5 61,59,6 79,56,6 87,67,5",
    (255, 79, 163): "22,73,6 37,75,6 54,73,7 70,72,7",
}
"""By colour: where each lamp begins, and how long it is."""


def avatar(side: int = AVATAR_SIDE) -> Image.Image:
    """Draw a city at night before a setting sun; the middle is what a round frame shows."""
    scale = side * _FINER / _UNIT
    full = round(_UNIT * scale)
    picture = _gradient(full, *_SKY)
    sun = Image.new("L", picture.size)
    ImageDraw.Draw(sun).ellipse([v * scale for v in (24, 22, 72, 70)], fill=255)
    glow = sun.filter(ImageFilter.GaussianBlur(7 * scale)).point(lambda value: value * 0.8)
    picture.paste((255, 79, 163), mask=glow)
    bright = _gradient(round(48 * scale), *_SUN)
    disc = Image.new("RGB", picture.size)
    disc.paste(bright, (round(24 * scale), round(22 * scale)))
    stripes = ImageDraw.Draw(sun)
    for top, bottom in _STRIPES:
        stripes.rectangle([v * scale for v in (20, top, 76, bottom)], fill=0)
    picture.paste(disc, mask=sun)
    draw = ImageDraw.Draw(picture)
    corners = [float(v) * scale for pair in _CITY.split() for v in pair.split(",")]
    draw.polygon(corners, fill=(11, 6, 24))
    lamps = Image.new("RGB", picture.size)
    for colour, lines in _LAMPS.items():
        for x, y, length in (map(float, line.split(",")) for line in lines.split()):
            box = [v * scale for v in (x - 1, y - 1, x + 1, y + length + 1)]
            ImageDraw.Draw(lamps).rounded_rectangle(box, scale, fill=colour)
    light = np.asarray(lamps.filter(ImageFilter.GaussianBlur(1.5 * scale)), np.uint16)
    lit = np.asarray(picture, np.uint16) + light + np.asarray(lamps, np.uint16)
    picture = Image.fromarray(np.minimum(lit, 255).astype(np.uint8))
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def sample() -> Image.Image:
    """Return the photo that a newcomer may try everything on."""
    return Image.fromarray(photos.coffee())


def welcome(engine: "Engine", photo: Image.Image) -> Image.Image:
    """Return a photo beside what the bot makes of it: twice as large, and in neon light."""
    larger = engine.apply(Upscale(2), photo)
    return combine(photo, engine.apply(Neon(), larger))


def _gradient(side: int, *colours: tuple[int, int, int]) -> Image.Image:
    """Return a square that goes through colours from top to bottom."""
    where = np.linspace(0, len(colours) - 1, side)
    rows = np.stack(
        [np.interp(where, range(len(colours)), channel) for channel in zip(*colours)], 1
    )
    return Image.fromarray(np.repeat(rows[:, None].astype(np.uint8), side, 1))


def main() -> None:
    """Write the pictures."""
    from model_layer import Engine  # noqa: PLC0415  # torch: the drawing does without

    engine = Engine(ModelStore.open(ROOT / "weights"))
    photo = sample()
    pictures = {"avatar": avatar(), "sample": photo, "welcome": welcome(engine, photo)}
    for name, picture in pictures.items():
        (ASSETS / f"{name}.jpg").write_bytes(encode(picture, "JPEG", QUALITY))


if __name__ == "__main__":
    main()
