import pytest

from handler.texts.texts import Texts
from handler.texts.translator import Translator
from handler.texts.wording import duration, queued, too_many_pixels
from model_layer.effects import Neon, Upscale

ENGLISH, RUSSIAN = Translator(Texts(), "en"), Translator(Texts(), "ru")


def test_too_many_pixels_names_the_size_as_cameras_do() -> None:
    assert "12000 × 9000" in too_many_pixels(ENGLISH, (12000, 9000))


def test_each_effect_has_its_alien() -> None:
    assert queued(ENGLISH, Neon(), 0, 0).startswith("👽")
    assert queued(ENGLISH, Upscale(2), 3, 0).startswith("👾")


@pytest.mark.parametrize(
    ("seconds", "english", "russian"),
    [
        (0.0, "about a second", "около секунды"),
        (1.4, "about a second", "около секунды"),
        (2.0, "about 2 seconds", "около 2 секунд"),
        (12.3, "about 12 seconds", "около 12 секунд"),
        (23.0, "about 25 seconds", "около 25 секунд"),
        (59.9, "about 55 seconds", "около 55 секунд"),
        (60.0, "about a minute", "около минуты"),
        (130.0, "about 2 minutes", "около 2 минут"),
        (21 * 60.0, "about 21 minutes", "около 21 минуты"),
        (3 * 3600.0, "about 3 hours", "около 3 часов"),
        (21 * 3600.0, "about 21 hours", "около 21 часа"),
    ],
)
def test_durations_are_as_exact_as_can_be_known(seconds: float, english: str, russian: str) -> None:
    assert duration(ENGLISH, seconds) == english
    assert duration(RUSSIAN, seconds) == russian
