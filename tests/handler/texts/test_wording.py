import pytest

from handler.settings import Settings
from handler.texts.say import Say
from handler.texts.texts import Texts
from handler.texts.wording import alternatives, kind, queued, too_many_pixels
from model_layer.effects import Neon, Upscale
from tests.handler.running_bot import TOKEN

SETTINGS = Settings.model_validate({"bot_token": TOKEN})
ENGLISH, RUSSIAN = Say(Texts(), "en"), Say(Texts(), "ru")


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((1280, 960), "Neon, ×2, ×3, ×4"),
        ((4000, 3000), "Neon, ×2"),
        ((8000, 6000), "Neon"),
        ((12000, 9000), "none"),
    ],
)
def test_what_would_still_work_is_named(size: tuple[int, int], names: str) -> None:
    assert alternatives(ENGLISH, size, SETTINGS) == names


def test_too_many_pixels_names_the_size_as_cameras_do() -> None:
    assert "12000 × 9000" in too_many_pixels(ENGLISH, (12000, 9000), SETTINGS)
    assert too_many_pixels(RUSSIAN, (4000, 3000), SETTINGS).endswith("неон, ×2 🐘")


def test_each_effect_has_its_alien() -> None:
    assert queued(ENGLISH, Neon(), 0).startswith("👽")
    assert queued(ENGLISH, Upscale(2), 3).startswith("👾")
    assert (kind(Neon()), kind(Upscale(2))) == ("neon", "upscale")
