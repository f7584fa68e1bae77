"""The choices of a training run of an upscaler, and how they are written down."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from model_layer.cli.options import setting

_MAY_CHANGE = frozenset({"steps", "every"})

Options = Mapping[str, int | float | bool | str]


class Sampling(StrEnum):
    """Where training patches are cut out."""

    UNIFORM = "uniform"
    """Anywhere in any photo, all places alike."""
    DETAIL = "detail"
    """The more often, the more bicubic enlargement gets wrong there."""


@dataclass(frozen=True)
class UpscalerRecipe:
    """Every choice of a training run but its folders.

    Raises:
        ValueError: a choice is out of its range.
    """

    scale: int = setting(2, "output pixels per input pixel, along each side")
    architecture: str = setting("edsr", "one of super-image's: edsr, pan, carn, …")
    options: Options = field(default_factory=lambda: {"n_resblocks": 8, "n_feats": 32})
    """Parameters of the architecture beside the scale."""
    patch: int = setting(40, "side of a low-resolution patch, pixels")
    batch: int = setting(16, "patches a step")
    steps: int = setting(20_000, "length of the training; the learning rate ends with it")
    learning_rate: float = setting(5e-4, "in the beginning")
    ema: float = setting(0.999, "share of the averaged weights that stays with each step")
    every: int = setting(1000, "steps between checkpoints and validations")
    seed: int = setting(0, "of everything random")
    sampling: Sampling = setting(Sampling.DETAIL, "patches from anywhere, or where bicubic errs")  # noqa: RUF009
    sizes: tuple[float, ...] = (0.75, 0.5, 0.35)
    """Shares of the photos' sides; shrinking makes them sharp and an old JPEG clean again."""
    degrade: bool = setting(False, "train on inputs as messengers make them: JPEG, blur, noise")
    mixed_precision: bool = True

    def __post_init__(self) -> None:
        for name in ("patch", "batch", "steps", "every", "learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name.replace('_', ' ')} must be positive")
        if self.seed < 0:
            raise ValueError("seed must not be negative")
        if not self.sizes or not all(0 < size <= 1 for size in self.sizes):
            raise ValueError("sizes must be shares above 0 and up to 1")

    @property
    def parameters(self) -> dict[str, int | float | bool | str]:
        """All parameters of the architecture."""
        return {"scale": self.scale, **self.options}

    def to_json(self) -> str:
        """Write the choices down; :meth:`from_json` reads them."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "UpscalerRecipe":
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            found: dict[str, Any] = json.loads(text)
            found["sampling"] = Sampling(found["sampling"])
            found["sizes"] = tuple(found["sizes"])
            return cls(**found)
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"not the recipe of an upscaler: {error}") from error

    def differences(self, other: "UpscalerRecipe") -> list[str]:
        """Names of the choices that differ, but for those that may change while a run goes on."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if name not in _MAY_CHANGE and mine[name] != theirs[name]]
