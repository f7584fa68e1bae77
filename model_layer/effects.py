"""What can be asked of a picture, and its short code. Light: imports no network library."""

from dataclasses import dataclass
from enum import StrEnum

Size = tuple[int, int]
"""Width and height, pixels."""


class UnknownEffectError(ValueError):
    """The code names no effect."""


class Strength(StrEnum):
    """How far the neon effect goes."""

    SOFT = "soft"
    NEON = "neon"
    MAX = "max"


SCALES = (2, 3, 4)
"""How many times as wide and high a picture can become."""


@dataclass(frozen=True, slots=True)
class Neon:
    """Cyberpunk light at the photo's own size."""

    strength: Strength = Strength.NEON

    @property
    def code(self) -> str:
        """For example ``neon:max``."""
        return f"neon:{self.strength}"

    @property
    def suffix(self) -> str:
        """What a result's file name ends in: ``neon``, ``neon-soft``."""
        return "neon" if self.strength is Strength.NEON else f"neon-{self.strength}"

    def output_size(self, size: Size) -> Size:
        """Size of the result for a photo of ``size``."""
        return size


@dataclass(frozen=True, slots=True)
class Upscale:
    """Super-resolution by a whole factor: 2, 3 or 4."""

    scale: int = 2

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise UnknownEffectError(f"the scale must be 2, 3 or 4, not {self.scale}")

    @property
    def code(self) -> str:
        """For example ``upscale:2``."""
        return f"upscale:{self.scale}"

    @property
    def suffix(self) -> str:
        """What a result's file name ends in: ``x2``."""
        return f"x{self.scale}"

    def output_size(self, size: Size) -> Size:
        """Size of the result for a photo of ``size``."""
        return size[0] * self.scale, size[1] * self.scale


Effect = Neon | Upscale

EFFECTS: tuple[Effect, ...] = (*(Neon(s) for s in Strength), *(Upscale(s) for s in SCALES))

_BY_CODE = {effect.code: effect for effect in EFFECTS}


def parse_effect(code: str) -> Effect:
    """Turn a code such as ``neon:max`` or ``upscale:2`` back into its effect.

    Raises:
        UnknownEffectError: the code is not one of :data:`EFFECTS`.
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        raise UnknownEffectError(f"unknown effect {code!r}") from None
