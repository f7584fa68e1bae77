"""What can be asked of a picture: families of effects that describe themselves.

Light: imports no network library. Callers ask an effect what it is like, never which one it is;
its family's networks are run by the module that :attr:`Effect.runtime` names.
"""

import re
from abc import ABC
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
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
class FollowUp:
    """What may be asked for under a result."""

    effect: "Effect"
    label: str = ""
    """Ends the key of the button's text, ``button-…``; by default the effect's family."""
    own: bool = False
    """Of the result itself, not of the picture that it was made from."""
    or_original: bool = False
    """Of that picture, should the result be too large for it."""
    as_preferred: bool = False
    """As the person prefers the effect, who may have settings for what it leaves open."""
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    """Of the text, beside the effect's parameters."""


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
    is_light: ClassVar[bool] = False
    """Whether it takes hardly a second: then it may overtake a person's own longer work."""
    larger_is_better: ClassVar[bool] = False
    """Whether of two models the one that computes more is taken for better; else the manifest's
    order counts."""
    beside: ClassVar[str] = ""
    """The family in whose row its buttons stand; by default they have their own."""
    uses_model: ClassVar[bool] = True
    """Whether a network is at work; else its runtime is one like
    :class:`model_layer.planning.runtime.Combiner`."""
    needs_reference: ClassVar[bool] = False
    """Whether it is told by a second picture."""
    for_viewing: ClassVar[bool] = False
    """Whether the result is but to be looked at: a photo, however the picture came."""
    has_preview: ClassVar[bool] = False
    """Whether a result that is a file comes with a picture that shows what was gained."""

    @classmethod
    def offered(cls) -> tuple[Self, ...]:
        """Return the effects that a picture is offered, in the order of their buttons."""
        return (cls(),)

    @classmethod
    def choices(cls) -> Mapping[str, Iterable[object]]:
        """Return, by parameter, the values that a person may choose by a word."""
        return {}

    @classmethod
    def named(cls) -> tuple[Self, ...]:
        """Return those whose parameters have names, which is what results of files end in."""
        return cls.offered()

    def for_compressed(self) -> "Effect":
        """Return what does more for a picture out of a messenger, where there is a model for it."""
        return self

    def follow_ups(self) -> tuple[tuple[FollowUp, ...], ...]:
        """Return what may be asked for under a result, in rows of buttons: nothing."""
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

    def smaller(self, side: int) -> "Effect | None":  # noqa: ARG002  # as of those that can
        """Return the same of a picture that is first made ``side`` long; None: that is none."""
        return None

    def output_size(self, size: Size) -> Size:
        """Size of the result for a photo of ``size``."""
        return size[0] * self.scale, size[1] * self.scale

    def passes(self, size: Size) -> tuple[int, Size]:
        """Return how often the network is run for a photo of ``size``, and on one of what size."""
        return 1, size

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


@dataclass(frozen=True, slots=True)
class Compare(Effect):
    """The second picture, the original, and the picture itself in one, with a seam."""

    family = "compare"
    runtime = "model_layer.comparing.seam"
    is_light = True
    uses_model = False
    needs_reference = True
    for_viewing = True

    @classmethod
    def offered(cls) -> tuple["Compare", ...]:
        """Return nothing: it takes two pictures."""
        return ()


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
    has_preview = True

    scale: int = 2
    look: Look = Look.FAITHFUL
    within: int = 0
    """Longest side that the picture is made smaller to first, pixels; 0 for as it is."""

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise UnknownEffectError(f"the scale must be 2, 3 or 4, not {self.scale}")
        if self.within < 0:
            raise UnknownEffectError(f"no picture is {self.within} pixels long")

    @classmethod
    def offered(cls) -> tuple["Upscale", ...]:
        """Return one for each scale."""
        return tuple(cls(scale) for scale in SCALES)

    @classmethod
    def choices(cls) -> Mapping[str, Iterable[object]]:
        """Return the scales and the looks."""
        return {"scale": SCALES, "look": Look}

    @classmethod
    def named(cls) -> tuple["Upscale", ...]:
        """Return one for each scale in each look."""
        return tuple(cls(scale, look) for scale in SCALES for look in Look)

    def for_compressed(self) -> "Upscale":
        """Return the crisp look: compression has left little to be faithful to."""
        return replace(self, look=Look.CRISP)

    def smaller(self, side: int) -> "Upscale":
        """Return the same of a picture that is first made ``side`` long."""
        return replace(self, within=side)

    def passes(self, size: Size) -> tuple[int, Size]:
        """Return that the network sees the picture as large as it is made first."""
        factor = min(1.0, self.within / max(size)) if self.within else 1.0
        return 1, (max(1, round(size[0] * factor)), max(1, round(size[1] * factor)))

    def output_size(self, size: Size) -> Size:
        """Size of the result: so many times that of the picture, as it is made first."""
        _, (width, height) = self.passes(size)
        return width * self.scale, height * self.scale

    def follow_ups(self) -> tuple[tuple[FollowUp, ...], ...]:
        """Return the neon that suits the result, and the other look of the same picture."""
        (other,) = set(Look) - {self.look}
        return (
            (
                FollowUp(Neon(), "light-it", own=True, or_original=True, as_preferred=True),
                FollowUp(replace(self, look=other), "look"),
            ),
        )

    @property
    def suffix(self) -> str:
        """For example ``x2``, ``x2-crisp``."""
        return f"x{self.scale}" + ("" if self.look is Look.FAITHFUL else f"-{self.look}")

    @property
    def model_preferences(self) -> dict[str, object]:
        """Prefer weights of the look."""
        return {"look": self.look}


FAMILIES: dict[str, type[Effect]] = {
    family.family: family for family in (Neon, Lights, Upscale, LightFrom, Compare)
}
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
