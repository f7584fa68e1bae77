"""How large pictures may be."""

from dataclasses import dataclass

from model_layer.effects import Effect, Size, offered_effects

MEGAPIXEL = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that are accepted, in millions of pixels."""

    input_megapixels: float
    """Of a picture that is decoded."""
    output_megapixels: float
    """Of a result."""

    @property
    def input_pixels(self) -> int:
        """Pixels of the largest picture that is decoded."""
        return int(self.input_megapixels * MEGAPIXEL)

    @property
    def output_pixels(self) -> int:
        """Pixels of the largest result."""
        return int(self.output_megapixels * MEGAPIXEL)

    def allow(self, effect: Effect, size: Size) -> bool:
        """Tell whether a picture of a size (pixels) may be decoded and its result made."""
        return _megapixels(size) <= self.input_megapixels and (
            effect.for_viewing  # is small whatever the picture is
            or _megapixels(effect.output_size(size)) <= self.output_megapixels
        )

    def allowed(self, size: Size) -> tuple[Effect, ...]:
        """Return the effects that are offered for a picture of a size, in order."""
        return tuple(effect for effect in offered_effects() if self.allow(effect, size))


def _megapixels(size: Size) -> float:
    return size[0] * size[1] / MEGAPIXEL
