"""A photo in every light, side by side."""

import pytest
from PIL import Image

from model_layer.effects import LIGHTS, Lights, Neon, Size, Strength
from model_layer.neon.sheet import sheet_of_lights
from model_layer.rigs import rigs


def test_the_photo_comes_first_then_what_suits_it_then_every_rig() -> None:
    asked: list[Neon] = []
    told: list[float] = []

    def apply(effect: Neon, photo: Image.Image) -> Image.Image:
        asked.append(effect)
        return Image.new("RGB", photo.size, (200, 0, 100))

    effect, photo = Lights(Strength.MAX), Image.new("LA", (1000, 500), (40, 255))
    sheet = sheet_of_lights(apply, photo, effect, told.append)
    assert [effect.light for effect in asked] == ["auto", "auto+1", "auto+2", *rigs()]
    assert {effect.strength for effect in asked} == {Strength.MAX}
    assert sheet.size == effect.output_size(photo.size)
    assert sheet.getpixel((20, Lights.LABEL + 20)) == (40, 40, 40)
    assert sheet.getpixel((Lights.WIDTH + 20, Lights.LABEL + 20)) == (200, 0, 100)
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("size", [(1, 1), (4000, 3000), (3000, 4000), (20_000, 10), (10, 20_000)])
def test_any_photo_makes_a_sheet_that_telegram_takes_as_a_photo(size: Size) -> None:
    photo = Image.new("RGB", size)
    sheet = sheet_of_lights(lambda _, small: small, photo, Lights())
    assert sheet.size == Lights().output_size(size)
    assert sum(sheet.size) <= 10_000


def test_its_buttons_ask_for_the_lights_by_their_numbers() -> None:
    offers = [offer for row in Lights(Strength.SOFT).follow_ups() for offer in row]
    assert [offer.arguments["number"] for offer in offers] == list(range(1, 1 + len(LIGHTS)))
    assert [offer.effect for offer in offers] == [Neon(Strength.SOFT, light) for light in LIGHTS]
    assert not any(offer.own for offer in offers)
