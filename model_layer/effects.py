"""What can be asked of a picture, and its short code. Light: imports no network library."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from model_layer.rigs import rigs

Size = tuple[int, int]
"""Width and height, pixels."""


class UnknownEffectError(ValueError):
    """The code names no effect."""


class Strength(StrEnum):
    """How much coloured light there is."""

    SOFT = "soft"
    NEON = "neon"
    MAX = "max"


_STRENGTHS = frozenset(map(str, Strength))

SCALES = (2, 3, 4)
"""How many times as wide and high a picture can become."""


AUTO: Final = "auto"
"""The light that suits the photo; ``auto+1``, ``auto+2`` and so on are the next best ones."""
_NEXT = re.compile(r"auto(?:\+([1-9]\d?))?")
_LIGHT_CODE = re.compile(r"[\w-]{30}", re.ASCII)  # see model_layer.neon.light_map.encode


def next_of(light: str) -> int | None:
    """Which of the lights that suit a photo: 0 for ``auto``, n for ``auto+n``, None for others."""
    found = _NEXT.fullmatch(light)
    return int(found[1] or 0) if found else None


@dataclass(frozen=True, slots=True)
class Neon:
    """Cyberpunk light at the photo's own size."""

    light: str = AUTO
    """``auto``, ``auto+n``, a rig's name, or the code of a picture's light."""
    strength: Strength = Strength.NEON

    def __post_init__(self) -> None:
        known = next_of(self.light) is not None or self.light in rigs()
        if not known and not _LIGHT_CODE.fullmatch(self.light):
            lights = ", ".join([AUTO, "auto+1", *rigs()])
            raise UnknownEffectError(f"unknown light {self.light!r} (known: {lights})")

    @property
    def code(self) -> str:
        """For example ``neon:miami:max``; ``neon:max`` where the light is ``auto``."""
        light = "" if self.light == AUTO else f"{self.light}:"
        return f"neon:{light}{self.strength}"

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

    def output_size(self, size: Size) -> Size:
        """Size of the result for a photo of ``size``."""
        return size[0] * self.scale, size[1] * self.scale


Effect = Neon | Upscale

EFFECTS: tuple[Effect, ...] = (
    *(Neon(strength=s) for s in Strength),
    *(Upscale(s) for s in SCALES),
)
"""What is offered for every photo; of neon, the light that suits it."""


def parse_effect(code: str) -> Effect:
    """Turn a code such as ``neon:max``, ``neon:miami:soft`` or ``upscale:2`` into its effect.

    Raises:
        UnknownEffectError: the code is none.
    """
    match code.split(":"):
        case ["neon", strength] if strength in _STRENGTHS:
            return Neon(strength=Strength(strength))
        case ["neon", light, strength] if strength in _STRENGTHS:
            return Neon(light, Strength(strength))
        case ["upscale", scale] if scale in map(str, SCALES):
            return Upscale(int(scale))
    raise UnknownEffectError(f"unknown effect {code!r}")
