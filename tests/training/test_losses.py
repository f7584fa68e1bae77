"""The terms of the loss."""

import math

import pytest
import torch
from torch import Tensor

from training.losses import bce, chroma, chroma_l1, dark_chroma, luma


def colour(red: float, green: float, blue: float) -> Tensor:
    """A picture of one colour, given in 0..1."""
    return (
        (torch.tensor([red, green, blue], dtype=torch.float32) * 2 - 1)
        .view(1, 3, 1, 1)
        .expand(1, 3, 4, 4)
    )


def test_bce_of_an_undecided_network() -> None:
    assert bce(torch.zeros(2, 1, 3, 3), 1.0).item() == pytest.approx(math.log(2))
    assert bce(torch.full((1, 1, 2, 2), 9.0), 1.0) < 0.001
    assert bce(torch.full((1, 1, 2, 2), 9.0), 0.0) > 8


def test_luma_and_chroma_are_rec_601() -> None:
    assert luma(colour(1, 1, 1))[0, 0, 0, 0].item() == pytest.approx(1)
    assert luma(colour(0, 1, 0))[0, 0, 0, 0].item() == pytest.approx(0.587)
    assert chroma(colour(0, 0, 1))[0, :, 0, 0].tolist() == pytest.approx([0.5, -0.0813], abs=1e-3)
    assert chroma(colour(1, 0, 0))[0, :, 0, 0].tolist() == pytest.approx([-0.1687, 0.5], abs=1e-3)


def test_the_chroma_term_sees_colour_and_not_light() -> None:
    assert chroma_l1(colour(0.2, 0.2, 0.2), colour(0.9, 0.9, 0.9)).item() == pytest.approx(0)
    grey = colour(0.299, 0.299, 0.299)  # as light as pure red
    assert chroma_l1(grey, colour(1, 0, 0)).item() == pytest.approx((0.1687 + 0.5) / 2, abs=1e-3)


def test_colour_costs_only_where_the_target_is_dark() -> None:
    vivid, black, bright = colour(1, 0, 1), colour(0, 0, 0), colour(0.5, 0.5, 0.5)
    assert dark_chroma(vivid, black) > 0.3
    assert dark_chroma(vivid, bright) == 0
    assert dark_chroma(vivid, colour(0.1, 0.1, 0.1)) < dark_chroma(vivid, black)
    assert dark_chroma(bright, black).item() == pytest.approx(0)
