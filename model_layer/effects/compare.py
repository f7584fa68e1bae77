"""Before and after, in one picture."""

from dataclasses import dataclass

from model_layer.effects.effect import Effect


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
