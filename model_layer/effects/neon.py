"""Neon: coloured light on a photo, one or all of them, or that of another picture."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from model_layer.effects.compare import Compare
from model_layer.effects.effect import PILLOW_BYTES, Effect, FollowUp, Size, UnknownEffectError
from model_layer.effects.upscale import Upscale
from model_layer.rigs import rigs


class Strength(StrEnum):
    """How much coloured light there is."""

    SOFT = "soft"
    NEON = "neon"
    MAX = "max"


AUTO: Final = "auto"
"""The light that suits the photo; ``auto+1``, ``auto+2`` and so on are the next best ones."""
_NEXT = re.compile(r"auto(?:\+([1-9]\d?))?")
_LIGHT_CODE = re.compile(r"[\w-]{30}", re.ASCII)  # see model_layer.neon.light_map.encode


def next_of(light: str) -> int | None:
    """Which of the lights that suit a photo: 0 for ``auto``, n for ``auto+n``, None for others."""
    found = _NEXT.fullmatch(light)
    return int(found[1] or 0) if found else None


def after(light: str) -> str:
    """Return another light that suits the photo: the next best one, then those from the first."""
    return f"{AUTO}+{(next_of(light) or 0) % 99 + 1}"


@dataclass(frozen=True, slots=True)
class Neon(Effect):
    """Cyberpunk light at the photo's own size."""

    family = "neon"
    runtime = "model_layer.neon.runtime"
    is_light = True

    strength: Strength = Strength.NEON
    light: str = AUTO
    """``auto``, ``auto+n``, a rig's name, or the code of a picture's light."""

    def __post_init__(self) -> None:
        known = next_of(self.light) is not None or self.light in rigs()
        if not known and not _LIGHT_CODE.fullmatch(self.light):
            lights = ", ".join([AUTO, "auto+1", *rigs()])
            raise UnknownEffectError(f"unknown light {self.light!r} (known: {lights})")

    @classmethod
    def named(cls) -> tuple["Neon", ...]:
        """Return one for each strength in each light that has a name."""
        return tuple(cls(strength, light) for strength in Strength for light in LIGHTS)

    def follow_ups(self) -> tuple[tuple[FollowUp, ...], ...]:
        """Return other lights and strengths for the photo, and what becomes of the result."""
        strengths = list(Strength)
        place = strengths.index(self.strength)
        others = {"softer": strengths[:place][-1:], "stronger": strengths[place + 1 :][:1]}
        return (
            (
                FollowUp(Neon(self.strength, after(self.light)), "another-light"),
                FollowUp(Lights(self.strength)),
            ),
            tuple(
                FollowUp(Neon(other, self.light), label)
                for label, found in others.items()
                for other in found
            ),
            (FollowUp(Upscale(), own=True), FollowUp(Compare(), own=True)),
        )

    @classmethod
    def choices(cls) -> Mapping[str, Iterable[object]]:
        """Return the strengths and the rigs' names."""
        return {"strength": Strength, "light": rigs()}

    @property
    def suffix(self) -> str:
        """For example ``neon``, ``neon-max``, ``neon-miami``; codes of lights are left out."""
        strength = "" if self.strength is Strength.NEON else f"-{self.strength}"
        coded = self.light == AUTO or _LIGHT_CODE.fullmatch(self.light)
        return f"{self.family}{strength}{'' if coded else f'-{self.light}'}"

    def memory_bytes(self, network: int, result_pixels: int) -> int:
        """Count the result as an array, as planes and as a picture; the network is done by then."""
        return max(network, (3 + 3 + PILLOW_BYTES) * result_pixels)


@dataclass(frozen=True, slots=True)
class Lights(Effect):
    """A sheet that shows the photo in every light, numbered."""

    family = "lights"
    runtime = "model_layer.neon.runtime"
    is_light = True
    beside = "neon"
    for_viewing = True

    WIDTH: ClassVar = 400
    """Pixels, of the photo on the sheet."""
    COLUMNS: ClassVar = 3
    LABEL: ClassVar = 30
    """Pixels, height of what stands above each."""

    strength: Strength = Strength.NEON

    def follow_ups(self) -> tuple[tuple[FollowUp, ...], ...]:
        """Return each light, by its number."""
        buttons = [
            FollowUp(
                Neon(self.strength, light),
                "light",
                arguments={
                    "number": number,
                    "emoji": rigs()[light].emoji if light in rigs() else "✨",
                },
            )
            for number, light in enumerate(LIGHTS, 1)
        ]
        return tuple(tuple(buttons[place : place + 4]) for place in range(0, len(buttons), 4))

    @property
    def model_fields(self) -> dict[str, object]:
        """What the entry of neon's model says."""
        return {"effect": Neon.family, "scale": 1}

    def shown_size(self, size: Size) -> Size:
        """Size of the photo on the sheet, no higher than it is wide and a half."""
        factor = min(self.WIDTH / size[0], 1.5 * self.WIDTH / size[1])
        return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))

    def output_size(self, size: Size) -> Size:
        """Size of the sheet."""
        rows = -(-(1 + len(LIGHTS)) // self.COLUMNS)
        return self.COLUMNS * self.WIDTH, rows * (self.LABEL + self.shown_size(size)[1])

    def passes(self, size: Size) -> tuple[int, Size]:
        """Return that each light is a run."""
        return len(LIGHTS), self.shown_size(size)


LIGHTS: Final = (AUTO, f"{AUTO}+1", f"{AUTO}+2", *rigs())
"""The lights that have a name, as they stand on the sheet."""


@dataclass(frozen=True, slots=True)
class LightFrom(Effect):
    """The photo in the light of the second picture; the runtime resolves it to :class:`Neon`."""

    family = "light-from"
    runtime = "model_layer.neon.runtime"
    is_light = True
    needs_reference = True

    strength: Strength = Strength.NEON

    @classmethod
    def offered(cls) -> tuple["LightFrom", ...]:
        """Return nothing: it takes two pictures."""
        return ()

    @property
    def model_fields(self) -> dict[str, object]:
        """What the entry of neon's model says."""
        return {"effect": Neon.family, "scale": 1}
