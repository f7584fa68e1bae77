"""Two convolutions with nothing but a pixel shuffle between them, done as one.

EDSR ends in a 3×3 convolution to many channels, a pixel shuffle, and a 3×3 convolution to three
channels at the higher resolution. No activation stands between them, so together they are linear:
one 5×5 convolution at the lower resolution and a pixel shuffle. For 32 features at ×2 that takes a
quarter of the operations, and the many channels are never stored.

Only along the border of the picture they differ: the second convolution pads with zeros, where the
folded one sees what the first would have given out there. That border, one pixel wide, is done
in two steps.
"""

from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere


class FoldedUpsampler:
    """A 3×3 convolution, a pixel shuffle and a 3×3 convolution, with the weights they have now.

    Args:
        first: to ``factor ** 2`` times the channels of ``second``; zero padding.
        factor: of the pixel shuffle.
        second: zero padding.
    """

    def __init__(self, first: nn.Conv2d, factor: int, second: nn.Conv2d) -> None:
        self._first, self._factor, self._second = first, factor, second
        self._weight, self._bias = _fold(first, factor, second)

    def __call__(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H * factor, W * factor)."""
        folded = F.conv2d(x, self._weight, self._bias, padding=2)
        result = F.pixel_shuffle(folded, self._factor)
        result[..., :1, :] = self._in_two_steps(x[..., :2, :])[..., :1, :]
        result[..., -1:, :] = self._in_two_steps(x[..., -2:, :])[..., -1:, :]
        result[..., :1] = self._in_two_steps(x[..., :2])[..., :1]
        result[..., -1:] = self._in_two_steps(x[..., -2:])[..., -1:]
        return result

    def _in_two_steps(self, x: Tensor) -> Tensor:
        result: Tensor = self._second(F.pixel_shuffle(self._first(x), self._factor))
        return result


def _fold(first: nn.Conv2d, factor: int, second: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """Return weight and bias of the one convolution, before its pixel shuffle."""
    before, after = first.weight.double(), _unshuffled(second.weight.double(), factor)
    # What a convolution after a convolution is: their weights convolved, summed over the channels
    # between them.
    weight = F.conv2d(before.transpose(0, 1), after.flip(2, 3), padding=2).transpose(0, 1)
    bias = _bias(second).repeat_interleave(factor**2) + after.sum((2, 3)) @ _bias(first)
    return weight.to(first.weight.dtype).contiguous(), bias.to(first.weight.dtype)


def _unshuffled(weight: Tensor, factor: int) -> Tensor:
    """Turn a 3×3 convolution after a pixel shuffle into one before it: (O * f², I * f², 3, 3)."""
    outer, inner = weight.shape[:2]
    # Indices: channel, row and column within an input pixel, of the output; the same of the input.
    result = weight.new_zeros(outer, factor, factor, inner, factor, factor, 3, 3)
    steps = product(range(factor), range(factor), range(3), range(3))
    for row, column, tap_row, tap_column in steps:
        # The input pixel that this tap sees, and where in it.
        down, y = divmod(row + tap_row - 1, factor)
        right, x = divmod(column + tap_column - 1, factor)
        result[:, row, column, :, y, x, 1 + down, 1 + right] = weight[:, :, tap_row, tap_column]
    return result.view(outer * factor**2, inner * factor**2, 3, 3)


def _bias(layer: nn.Conv2d) -> Tensor:
    if layer.bias is None:
        return layer.weight.new_zeros(layer.out_channels, dtype=torch.float64)
    return layer.bias.double()
