"""Expose a photo as the night would, before the generator sees it."""

import math

import torch
from torch import Tensor

from model_layer.networks.tensors import luma

NIGHT = 0.4  # mean luma above which a photo counts as bright
PITCH_DARK = 0.08  # mean luma below which a photo counts as underexposed
GAMMAS = (0.55, 2.2)  # less would lift noise and JPEG's blocks, more crush the shadows of snow


def expose(photo: Tensor) -> Tensor:
    """Darken what is bright, brighten what is pitch dark, by a gamma of the luma; hues stay.

    Args:
        photo: (1, 3, H, W) in 0..1.
    """
    y = luma(photo)
    mean = float(y.mean())
    if PITCH_DARK <= mean <= NIGHT or not 0 < mean < 1:
        return photo
    wanted = min(max(mean, PITCH_DARK), NIGHT)
    low, high = GAMMAS
    gamma = min(high, max(low, math.log(wanted) / math.log(mean)))
    return torch.clamp(photo * y.clamp(min=1e-3).pow(gamma - 1), 0, 1)
