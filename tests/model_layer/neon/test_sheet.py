"""A photo in every light, side by side."""

from PIL import Image

from model_layer.effects import Neon, Strength
from model_layer.neon.sheet import COLUMNS, LABEL, WIDTH, sheet_of_lights
from model_layer.rigs import rigs


def test_the_photo_comes_first_then_what_suits_it_then_every_rig() -> None:
    asked: list[Neon] = []

    def apply(effect: Neon, photo: Image.Image) -> Image.Image:
        asked.append(effect)
        return Image.new("RGB", photo.size, (200, 0, 100))

    sheet = sheet_of_lights(apply, Image.new("LA", (1000, 500), (40, 255)), Strength.MAX)
    assert [effect.light for effect in asked] == ["auto", "auto+1", "auto+2", *rigs()]
    assert {effect.strength for effect in asked} == {Strength.MAX}
    rows = -(-(1 + len(asked)) // COLUMNS)
    assert sheet.size == (COLUMNS * WIDTH, rows * (LABEL + WIDTH // 2))
    assert sheet.getpixel((20, LABEL + 20)) == (40, 40, 40)
    assert sheet.getpixel((WIDTH + 20, LABEL + 20)) == (200, 0, 100)
