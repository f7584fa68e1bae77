"""Enlarging, in two looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from model_layer.effects.effect import Effect, FollowUp, Size, UnknownEffectError

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
        from model_layer.effects.neon import Neon  # noqa: PLC0415  # each leads to the other

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
