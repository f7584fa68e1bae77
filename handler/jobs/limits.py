"""Which effects a picture is small enough for."""

from collections.abc import Iterable

from handler.settings import Settings
from model_layer.effects import EFFECTS, Effect, Size

MEGAPIXEL = 1_000_000


def fits(effect: Effect, size: Size, settings: Settings) -> bool:
    """Whether a picture of ``size`` (pixels) is decoded at all, and its result may be made."""
    return (
        _megapixels(size) <= settings.max_input_megapixels
        and _megapixels(effect.output_size(size)) <= settings.max_output_megapixels
    )


def fitting(
    size: Size, settings: Settings, effects: Iterable[Effect] = EFFECTS
) -> tuple[Effect, ...]:
    """Return those of ``effects`` that a picture of ``size`` is small enough for, in order."""
    return tuple(effect for effect in effects if fits(effect, size, settings))


def _megapixels(size: Size) -> float:
    return size[0] * size[1] / MEGAPIXEL
