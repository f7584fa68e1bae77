"""Expose a photo as the night would, before the generator sees it."""

import math

import torch
from torch import Tensor

from model_layer.networks.tensors import luma

NIGHT = 0.4  # mean luma above which a photo counts as bright
PITCH_DARK = 0.08  # mean luma below which a photo counts as underexposed
GAMMAS = (0.55, 2.2)  # less would lift noise and JPEG's blocks, more crush the shadows of snow
# Of darkening, what a gamma does, which crushes what is dark before a bright background. A scale
# does the rest: white stays white under a gamma, and what is white takes no colour.
BY_GAMMA = 0.6
LEAST_SCALE = 0.7


def expose(photo: Tensor) -> Tensor:
    """Darken what is bright, brighten what is pitch dark, by a gamma of the luma; hues stay.

    What is brighter still is scaled.

    Args:
        photo: (1, 3, H, W) in 0..1.
    """
    y = luma(photo)
    mean = float(y.mean())
    if PITCH_DARK <= mean <= NIGHT or mean == 0:
        return photo
    mean = min(mean, 0.999)  # a gamma does nothing to white alone
    wanted = min(max(mean, PITCH_DARK), NIGHT)
    low, high = GAMMAS
    gamma = min(high, max(low, math.log(wanted) / math.log(mean)))
    exposed = photo * y.clamp(min=1e-3).pow(min(gamma, gamma**BY_GAMMA) - 1)
    scale = NIGHT / float(luma(exposed).mean())
    return torch.clamp(exposed * min(1.0, max(LEAST_SCALE, scale)), 0, 1)
