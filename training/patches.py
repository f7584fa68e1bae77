"""Training patches for an upscaler, cut on the fly from photos.

Most places of a photo are flat or out of focus: bicubic enlargement gets them right and a network
learns nothing there. So patches are drawn where bicubic errs, in proportion to its error. The
largest errors are noise and are drawn no more often than the 95 % quantile.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from model_layer.upscaling.psnr import crop_to_multiple, shrink
from training.dataset import ByteArray, open_pictures
from training.degradation import degraded_patch
from training.upscaler_recipe import Sampling, UpscalerRecipe

STRIDE = 8  # pixels of low resolution between the places whose error is known
CLIP = 0.95  # quantile of the errors; larger ones count as this one


def load_photos(
    paths: Iterable[Path], smallest: int, sizes: tuple[float, ...] = (1.0,)
) -> list[ByteArray]:
    """Read photos, each at several sizes.

    Args:
        paths: the files; broken ones are skipped.
        smallest: what has a shorter short side, pixels, is left out.
        sizes: share of the sides that is kept.

    Raises:
        EmptyFolderError: no photo is large enough.
        ValueError: no photo is large enough once shrunk to ``sizes``.
    """
    photos = []
    for photo in open_pictures(paths, smallest):
        for factor in sizes:
            size = (round(photo.width * factor), round(photo.height * factor))
            if min(size) < smallest:
                continue
            photos.append(np.asarray(photo.resize(size, Image.Resampling.LANCZOS)))
    if not photos:
        shares = ", ".join(f"{size:g}" for size in sizes)
        raise ValueError(f"shrunk to {shares}, no photo has {smallest} pixels on its short side")
    return photos


class Places(Protocol):
    """Where patches may be cut out."""

    def draw(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """Choose a photo, a row and a column (pixels of low resolution, top left corner)."""


class UniformPlaces:
    """Any photo, then any place in it.

    Args:
        low: photos of low resolution.
        side: of a patch, pixels.
    """

    def __init__(self, low: list[ByteArray], side: int) -> None:
        self._free = [(p.shape[0] - side + 1, p.shape[1] - side + 1) for p in low]

    def draw(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """See :class:`Places`."""
        chosen = int(rng.integers(len(self._free)))
        top, left = (int(rng.integers(free)) for free in self._free[chosen])
        return chosen, top, left


class DetailPlaces:
    """The more often, the more bicubic enlargement errs there.

    Args:
        low: photos of low resolution.
        high: the same photos of high resolution.
        side: of a patch, pixels of low resolution.
    """

    def __init__(self, low: list[ByteArray], high: list[ByteArray], side: int) -> None:
        self._limits = [(p.shape[0] - side, p.shape[1] - side) for p in low]
        errors = [patch_errors(*pair, side)[::STRIDE, ::STRIDE] for pair in zip(low, high)]
        self._columns = [error.shape[1] for error in errors]
        self._firsts = np.cumsum([0, *(error.size for error in errors)])
        weights = np.concatenate([error.ravel() for error in errors])
        weights = np.minimum(weights, np.quantile(weights, CLIP))
        if not weights.any():  # nothing but flat photos
            weights = np.ones_like(weights)
        self._cumulative = np.cumsum(weights) / weights.sum()

    def draw(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """See :class:`Places`."""
        place = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
        place = min(place, len(self._cumulative) - 1)  # should the sum be a hair under 1
        chosen = int(np.searchsorted(self._firsts, place, side="right")) - 1
        row, column = divmod(place - int(self._firsts[chosen]), self._columns[chosen])
        top, left = (
            min(start * STRIDE + int(rng.integers(STRIDE)), limit)
            for start, limit in zip((row, column), self._limits[chosen])
        )
        return chosen, top, left


def patch_errors(low: ByteArray, high: ByteArray, side: int) -> NDArray[np.float64]:
    """Mean absolute error of bicubic enlargement, levels, in the patch that begins at each place.

    Args:
        low: (H, W, 3).
        high: the same photo, a whole number of times as large.
        side: of a patch, pixels of ``low``.

    Returns:
        (H - side + 1, W - side + 1).
    """
    height, width = low.shape[:2]
    scale = high.shape[0] // height
    size = (high.shape[1], high.shape[0])
    large = np.asarray(Image.fromarray(low).resize(size, Image.Resampling.BICUBIC), np.float32)
    error = np.abs(large - high).mean(2).reshape(height, scale, width, scale).mean((1, 3))
    total = np.pad(error.cumsum(0, np.float64).cumsum(1), ((1, 0), (1, 0)))
    squares = total[side:, side:] - total[:-side, side:] - total[side:, :-side]
    result: NDArray[np.float64] = (squares + total[:-side, :-side]) / side**2
    return np.maximum(result, 0.0)  # the sums are rounded


class PatchPairs(Dataset[tuple[Tensor, Tensor]]):
    """An endless stream of (low, high resolution) patches in 0..1; index and seed decide each.

    Args:
        photos: arrays (H, W, 3) of sRGB values, large enough for a patch.
        recipe: of the training.
    """

    def __init__(self, photos: list[ByteArray], recipe: UpscalerRecipe) -> None:
        self.high = [crop_to_multiple(photo, recipe.scale) for photo in photos]
        self.low = [shrink(photo, recipe.scale) for photo in self.high]
        self.recipe = recipe
        self.places: Places = (
            DetailPlaces(self.low, self.high, recipe.patch)
            if recipe.sampling is Sampling.DETAIL
            else UniformPlaces(self.low, recipe.patch)
        )

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Make pair ``index``; any whole number from 0 will do."""
        side, scale = self.recipe.patch, self.recipe.scale
        rng = np.random.default_rng((self.recipe.seed, index))
        chosen, top, left = self.places.draw(rng)
        turns, flip = int(rng.integers(4)), bool(rng.integers(2))
        low, high = self.low[chosen], self.high[chosen]
        if self.recipe.degrade:
            x = degraded_patch(low, top, left, side, rng)
        else:
            x = low[top : top + side, left : left + side]
        top, left, side = top * scale, left * scale, side * scale
        y = high[top : top + side, left : left + side]
        return self._tensor(x, turns, flip), self._tensor(y, turns, flip)

    @staticmethod
    def _tensor(patch: ByteArray, turns: int, flip: bool) -> Tensor:
        turned = np.rot90(patch[:, ::-1] if flip else patch, turns).copy()
        return torch.from_numpy(turned).permute(2, 0, 1).float() / 255
