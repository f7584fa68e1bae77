"""What can be asked of a picture: families of effects that describe themselves.

Light: imports no network library. Callers ask an effect what it is like, never which one it is;
its family's networks are run by the module that :attr:`Effect.runtime` names.
"""

import re
from abc import ABC
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from model_layer.rigs import rigs

Size = tuple[int, int]
"""Width and height, pixels."""

PILLOW_BYTES = 4
"""Of a colour pixel in Pillow's memory."""


class UnknownEffectError(ValueError):
    """The code names no effect."""


@dataclass(frozen=True, slots=True)
class Effect(ABC):
    """An effect with its parameters, the dataclass's fields; each subclass is a family.

    A parameter's type reads it from text and ``str`` writes it. New ones go to the end and have a
    default, so that old codes keep their meaning. Whatever changes the result is a parameter.
    """

    family: ClassVar[str]
    """Begins the codes and ends the texts' keys: ``button-…``, ``press-accepted-…``,
    ``status-working-…``, ``caption-…``, ``effect-…``, ``choose-effect-…``."""
    runtime: ClassVar[str]
    """Name of a module like :class:`model_layer.planning.runtime.Runtime`."""
    lossless: ClassVar[bool] = False
    """Whether the result goes out as a lossless file, however the picture came."""
    larger_is_better: ClassVar[bool] = False
    """Whether of two models the one that computes more is taken for better; else the manifest's
    order counts."""

    @classmethod
    def offered(cls) -> tuple[Self, ...]:
        """Return the effects that a picture is offered, in the order of their buttons."""
        return (cls(),)

    @classmethod
    def choices(cls) -> Mapping[str, Iterable[object]]:
        """Return, by parameter, the values that a person may choose by a word."""
        return {}

    def follow_ups(self) -> tuple["Effect", ...]:
        """Return what the buttons under a result offer for the same picture: nothing."""
        return ()

    @property
    def scale(self) -> int:
        """Pixels of the result for each pixel of the picture, along each side."""
        return 1

    @property
    def code(self) -> str:
        """The family and the parameters but for defaults at the end, such as ``neon:max``."""
        parameters = fields(self)
        values = [getattr(self, parameter.name) for parameter in parameters]
        while len(values) > 1 and values[-1] == parameters[len(values) - 1].default:
            values.pop()
        return ":".join((self.family, *map(str, values)))

    @property
    def parameters(self) -> dict[str, str | int]:
        """The parameters by name, as texts take them."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in fields(self)}
        return {name: v if isinstance(v, int) else str(v) for name, v in values.items()}

    @property
    def suffix(self) -> str:
        """What the names of result files end in."""
        return self.code.replace(":", "-")

    @property
    def model_fields(self) -> dict[str, object]:
        """What the manifest's entry of a model for this effect says, by field."""
        return {"effect": self.family, "scale": self.scale}

    @property
    def model_preferences(self) -> dict[str, object]:
        """What the entry says, by field, where there is such a model; else any will do."""
        return {}

    def output_size(self, size: Size) -> Size:
        """Size of the result for a photo of ``size``."""
        return size[0] * self.scale, size[1] * self.scale

    def memory_bytes(self, network: int, result_pixels: int) -> int:
        """Return the most memory that applying takes beside the model and the picture.

        Args:
            network: bytes that the network keeps while it computes.
            result_pixels: of the result.
        """
        return network + PILLOW_BYTES * result_pixels


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


@dataclass(frozen=True, slots=True)
class Neon(Effect):
    """Cyberpunk light at the photo's own size."""

    family = "neon"
    runtime = "model_layer.neon.runtime"

    strength: Strength = Strength.NEON
    light: str = AUTO
    """``auto``, ``auto+n``, a rig's name, or the code of a picture's light."""

    def __post_init__(self) -> None:
        known = next_of(self.light) is not None or self.light in rigs()
        if not known and not _LIGHT_CODE.fullmatch(self.light):
            lights = ", ".join([AUTO, "auto+1", *rigs()])
            raise UnknownEffectError(f"unknown light {self.light!r} (known: {lights})")

    @classmethod
    def offered(cls) -> tuple["Neon", ...]:
        """Return one for each strength."""
        return tuple(cls(strength) for strength in Strength)

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


SCALES = (2, 3, 4)
"""How many times as wide and high a picture can become."""


class Look(StrEnum):
    """What an enlarged picture is like."""

    FAITHFUL = "faithful"
    """Nearest to the truth."""
    CRISP = "crisp"
    """Sharp to the eye."""


@dataclass(frozen=True, slots=True)
class Upscale(Effect):
    """Super-resolution by a whole factor: 2, 3 or 4."""

    family = "upscale"
    runtime = "model_layer.upscaling.runtime"
    lossless = True
    larger_is_better = True

    scale: int = 2
    look: Look = Look.FAITHFUL

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise UnknownEffectError(f"the scale must be 2, 3 or 4, not {self.scale}")

    @classmethod
    def offered(cls) -> tuple["Upscale", ...]:
        """Return one for each scale."""
        return tuple(cls(scale) for scale in SCALES)

    @classmethod
    def choices(cls) -> Mapping[str, Iterable[object]]:
        """Return the scales and the looks."""
        return {"scale": SCALES, "look": Look}

    @property
    def suffix(self) -> str:
        """For example ``x2``, ``x2-crisp``."""
        return f"x{self.scale}" + ("" if self.look is Look.FAITHFUL else f"-{self.look}")

    @property
    def model_preferences(self) -> dict[str, object]:
        """Prefer weights of the look."""
        return {"look": self.look}


FAMILIES: dict[str, type[Effect]] = {family.family: family for family in (Neon, Upscale)}
"""The families by name, in the order of their buttons."""


def offered_effects() -> tuple[Effect, ...]:
    """Return the effects that a picture is offered, family by family."""
    return tuple(effect for family in FAMILIES.values() for effect in family.offered())


def parse_effect(code: str) -> Effect:
    """Turn a code such as ``neon:max`` or ``upscale:2`` back into its effect.

    Raises:
        UnknownEffectError: no effect has this code.
    """
    name, *values = code.split(":")
    try:
        family = FAMILIES[name]
        readers: list[Any] = [parameter.type for parameter in fields(family)]
        effect = family(*(read(value) for read, value in zip(readers, values)))
    except (KeyError, TypeError, ValueError):
        raise UnknownEffectError(f"unknown effect {code!r}") from None
    if effect.code != code:  # one effect has one code, which claims and results are named by
        raise UnknownEffectError(f"unknown effect {code!r}")
    return effect
