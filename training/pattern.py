"""How strongly a generator's own grid shows in flat areas."""

import numpy as np
import torch
from numpy.typing import NDArray

from training.validation import recolour

GREYS = (25, 76, 128, 179, 230)  # flat pictures that are tried
_SIDE, _MARGIN = 512, 64  # pixels; the border is left out, as its pattern is no grid


def grid_strength(generator: torch.nn.Module, period: int) -> float:
    """Measure what repeats every ``period`` pixels, but not twice as often, on flat grey pictures.

    Args:
        generator: of neon pictures.
        period: even, a divisor of 384; layer n from the end of a U-Net can leave one of 2^n.

    Returns:
        Standard deviation, levels of 0 to 255, the mean over several greys. 0: no grid.
    """
    strengths = []
    for grey in GREYS:
        flat = np.full((_SIDE, _SIDE, 3), grey, np.uint8)
        answer = recolour(generator, flat)[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN].astype(np.float64)
        tile = _folded(answer, period)
        half = np.tile(_folded(answer, period // 2), (2, 2, 1))
        strengths.append((tile - half).std())
    return float(np.mean(strengths))


def _folded(picture: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    """The mean tile of a picture cut into squares: (period, period, 3)."""
    count = len(picture) // period
    tile: NDArray[np.float64] = picture.reshape(count, period, count, period, -1).mean((0, 2))
    return tile
