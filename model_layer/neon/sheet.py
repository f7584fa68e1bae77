"""A photo in every light, side by side."""

from collections.abc import Callable, Iterable

from PIL import Image, ImageDraw, ImageFont

from model_layer.effects import AUTO, Neon, Strength
from model_layer.images import to_rgb
from model_layer.rigs import rigs

WIDTH = 400  # pixels, of a picture on the sheet
COLUMNS = 4
LABEL = 26  # pixels, height of a line of labels


def sheet_of_lights(
    apply: Callable[[Neon, Image.Image], Image.Image],
    photo: Image.Image,
    strength: Strength,
    suiting: int = 3,
) -> Image.Image:
    """Draw a photo, then the same in the lights that suit it and in those of all rigs.

    Args:
        apply: applies an effect, as the engine does.
        photo: of any mode.
        strength: of all of them.
        suiting: how many of the lights that suit the photo.
    """
    next_best = [AUTO, *(f"{AUTO}+{number}" for number in range(1, suiting))]
    small = to_rgb(photo)
    small.thumbnail((2 * WIDTH, 2 * WIDTH), Image.Resampling.LANCZOS)
    lit = ((light, apply(Neon(strength, light), small)) for light in (*next_best, *rigs()))
    return drawn([("photo", small), *lit])


def drawn(labelled: Iterable[tuple[str, Image.Image]]) -> Image.Image:
    """Lay pictures of one size out in rows, each under its label."""
    cells = []
    for label, picture in labelled:
        height = max(1, round(WIDTH * picture.height / picture.width))
        cell = Image.new("RGB", (WIDTH, LABEL + height))
        font = ImageFont.load_default(size=18)
        ImageDraw.Draw(cell).text((6, 3), label, fill="white", font=font)
        cell.paste(to_rgb(picture).resize((WIDTH, height), Image.Resampling.LANCZOS), (0, LABEL))
        cells.append(cell)
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * WIDTH, rows * cells[0].height))
    for place, cell in enumerate(cells):
        row, column = divmod(place, COLUMNS)
        sheet.paste(cell, (column * WIDTH, row * cells[0].height))
    return sheet
