"""The terms of the neon generator's loss. Pictures are (N, 3, H, W) in -1..1."""

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.networks import tensors

DARK = 0.25  # luma, 0 to 1, under which a target counts as dark


def bce(logits: Tensor, target: float) -> Tensor:
    """Binary cross entropy against one answer for all patches."""
    logits = logits.float()
    return nnf.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def luma(pictures: Tensor) -> Tensor:
    """Rec. 601 luma, (N, 1, H, W) in 0..1."""
    return tensors.luma((pictures + 1) / 2)


def chroma(pictures: Tensor) -> Tensor:
    """Cb and Cr of Rec. 601, (N, 2, H, W) in -0.5..0.5."""
    difference = (pictures + 1) / 2 - luma(pictures)
    return torch.cat([difference[:, 2:] / 1.772, difference[:, :1] / 1.402], dim=1)


def chroma_l1(made: Tensor, target: Tensor) -> Tensor:
    """Mean absolute difference of the chroma: L1 in RGB weighs luma more than colour."""
    return nnf.l1_loss(chroma(made), chroma(target))


def dark_chroma(made: Tensor, target: Tensor) -> Tensor:
    """Mean chroma of what was made where the target is dark, most where it is black.

    Shadows of the night are to stay black: colour there is a wash, and shows every artefact.
    """
    darkness = (1 - luma(target) / DARK).clamp(min=0)
    return (chroma(made).abs() * darkness).mean()
