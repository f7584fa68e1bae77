"""What an effect is, whichever: its parameters, its code, what may follow it."""

from abc import ABC
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, Self

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
