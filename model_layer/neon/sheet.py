"""A photo in every light, side by side."""

from collections.abc import Callable, Iterable

from PIL import Image, ImageDraw, ImageFont

from model_layer.effects import LIGHTS, Lights, Neon
from model_layer.images import split_alpha, to_rgb


def sheet_of_lights(
    apply: Callable[[Neon, Image.Image], Image.Image],
    photo: Image.Image,
    effect: Lights,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Image.Image:
    """Draw a photo, then the same in the lights that suit it and in those of all rigs.

    Args:
        apply: applies an effect to a small picture, as the engine does.
        photo: mode L, LA, RGB or RGBA.
        effect: how much light, and how large the sheet is.
        on_progress: called with a growing share of the work done, 0 to 1.
    """
    colour, _ = split_alpha(photo)
    size = effect.shown_size(colour.size)
    small = to_rgb(colour).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    lit = [("photo", small)]
    for number, light in enumerate(LIGHTS, 1):
        lit.append((f"{number}  {light}", apply(Neon(effect.strength, light), small)))
        on_progress(number / len(LIGHTS))
    return _drawn(lit, effect.output_size(photo.size))


def _drawn(labelled: Iterable[tuple[str, Image.Image]], size: tuple[int, int]) -> Image.Image:
    """Lay pictures of one size out in rows, each under its label."""
    sheet = Image.new("RGB", size)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=22)
    for place, (label, picture) in enumerate(labelled):
        row, column = divmod(place, Lights.COLUMNS)
        left, top = column * Lights.WIDTH, row * (Lights.LABEL + picture.height)
        draw.text((left + 8, top + 2), label, fill="white", font=font)
        sheet.paste(picture, (left + (Lights.WIDTH - picture.width) // 2, top + Lights.LABEL))
    return sheet
