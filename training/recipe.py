"""Every choice of a neon training, its default and its explanation. Does without torch."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_layer.cli.options import setting

RECIPE_FILE = "recipe.json"
CHECKPOINT = "checkpoint.pt"
_MAY_CHANGE = {"steps", "every"}
_STRIDE = 256  # pixels; the generator halves eight times


@dataclass(frozen=True)
class NeonRecipe:
    """The choices; each is an option of ``train-neon``.

    Raises:
        ValueError: a choice is out of its range.
    """

    features: int = setting(32, "width of the generator")
    discriminator_features: int = setting(32, "width of the discriminator")
    resize_levels: int = setting(
        0, "deepest of the decoder's eight levels that enlarge by resize-convolution"
    )
    size: int = setting(256, "side of a training crop, pixels: a multiple of 256")
    batch: int = setting(8, "pairs a step (in each process)")
    steps: int = setting(6000, "length of the training; the learning rates end with it")
    learning_rate: float = setting(2e-4, "of the generator, in the beginning")
    # Slower than the generator's, so that the discriminator never runs away.
    discriminator_rate: float = setting(1e-4, "learning rate of the discriminator")
    discriminator_every: int = setting(1, "train the discriminator every so many steps")
    l1: float = setting(60.0, "weight of the L1 term (the paper's lambda)")
    l1_end: float | None = setting(None, "weight of the L1 term at the end (default: the same)")
    chroma: float = setting(0.0, "weight of the chroma term: L1 of Cb and Cr")
    dark_chroma: float = setting(0.0, "weight of a term against colour where the target is dark")
    ema: float = setting(0.998, "share of the averaged weights that stays with each step")
    fine_tune: bool = False  # follows from --start: average slowly from the beginning
    every: int = setting(250, "steps between checkpoints, figures and samples")
    seed: int = setting(0, "of everything random")

    def __post_init__(self) -> None:
        if self.size < _STRIDE or self.size % _STRIDE:
            raise ValueError(f"size {self.size} is not a multiple of {_STRIDE}")
        if not 0 <= self.resize_levels <= 8:
            raise ValueError(f"resize levels {self.resize_levels}: 0 to 8")
        if not 0 <= self.ema < 1:
            raise ValueError(f"ema {self.ema}: 0 or more, and under 1")
        if self.seed < 0:
            raise ValueError(f"seed {self.seed}: 0 or more")
        for name in ("features", "discriminator_features", "batch", "steps", "every",
                     "discriminator_every"):  # fmt: skip
            if getattr(self, name) < 1:
                raise ValueError(f"{name.replace('_', ' ')} {getattr(self, name)}: at least 1")

    def to_json(self) -> str:
        """Write the choices down; :meth:`from_json` reads them."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "NeonRecipe":
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise ValueError(f"not the recipe of a neon training: {error}") from error

    @property
    def short_side(self) -> int:
        """Pixels to which the short side of a picture is shrunk: 400 at size 256, 640 at 512.

        Relatively less at larger sizes: few pictures are much larger than the crop by then.
        """
        return 160 + 15 * self.size // 16

    @property
    def smallest_crop(self) -> int:
        """Pixels of the smallest square that is cut out: 224 at size 256, 400 at 512."""
        return 48 + 11 * self.size // 16

    def l1_at(self, done: float) -> float:
        """Weight of the L1 term when a share ``done`` (0 to 1) of the training is over."""
        end = self.l1 if self.l1_end is None else self.l1_end
        return self.l1 + (end - self.l1) * done


def settle(recipe: NeonRecipe, folder: Path) -> None:
    """Write the recipe beside the run, or see that the run that is there has the same one.

    Steps and the time between reports may change: the learning rate follows the new length.
    A run that ended before its first checkpoint is none: it holds nothing that could go on.

    Raises:
        ValueError: another choice was made, or the file is damaged; says which.
    """
    path = folder / RECIPE_FILE
    before = read(folder) if (folder / CHECKPOINT).exists() else {}
    now = dataclasses.asdict(recipe)
    for name, value in before.items():
        if name not in _MAY_CHANGE and now.get(name) != value:
            raise ValueError(
                f"{folder} holds a run with {name.replace('_', ' ')} {value}, not "
                f"{now.get(name)}; a run goes on only with the choices it began with"
            )
    if now != before:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """Read the choices of a run; of a folder without any, none.

    Raises:
        ValueError: the file is damaged.
    """
    path = folder / RECIPE_FILE
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path} is damaged")
    return found
