"""Two convolutions as one."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812

from model_layer.networks.folding import FoldedUpsampler


@settings(max_examples=30)
@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([2, 3]), st.booleans())
@torch.no_grad()
def test_the_result_is_that_of_both_steps(width: int, height: int, factor: int, bias: bool) -> None:
    torch.manual_seed(width)
    first = nn.Conv2d(5, 6 * factor**2, 3, padding=1, bias=bias)
    second = nn.Conv2d(6, 3, 3, padding=1, bias=bias)
    x = torch.randn(2, 5, height, width)
    expected = second(F.pixel_shuffle(first(x), factor))
    torch.testing.assert_close(FoldedUpsampler(first, factor, second)(x), expected)


@pytest.mark.parametrize("factor", [2, 3])
@torch.no_grad()
def test_in_double_precision_nothing_is_left_of_the_difference(factor: int) -> None:
    torch.manual_seed(0)
    first = nn.Conv2d(8, 4 * factor**2, 3, padding=1).double()
    second = nn.Conv2d(4, 3, 3, padding=1).double()
    x = torch.randn(1, 8, 11, 13, dtype=torch.float64)
    expected = second(F.pixel_shuffle(first(x), factor))
    result = FoldedUpsampler(first, factor, second)(x)
    assert float((result - expected).abs().max()) < 1e-14
