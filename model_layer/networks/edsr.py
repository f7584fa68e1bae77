"""EDSR for inference: the same result as super-image's module, sooner and in less memory."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from model_layer.networks.folding import FoldedUpsampler


def accelerate(network: Any) -> Callable[[Tensor], Tensor]:
    """Arrange an EDSR's layers for inference.

    Activations and sums are done in place, multiplications by 1 left out, the upsampler's last two
    convolutions folded into one. Fastest with pictures in ``channels_last`` order.

    Args:
        network: super-image's ``EdsrModel`` with an upsampler.

    Returns:
        A function from (N, 3, H, W) to (N, 3, H * scale, W * scale) with the network's present
        weights, to be called where no gradient is recorded. It differs from the network by
        rounding only.
    """
    head = network.head[0]
    *blocks, end = network.body
    upsampler, exit_ = network.tail
    *before, first, shuffle = upsampler
    last = FoldedUpsampler(first, shuffle.upscale_factor, exit_)

    def enlarge(x: Tensor) -> Tensor:
        start: Tensor = head(x)
        x = start
        for block in blocks:
            x = _residual(block, x)
        x = end(x).add_(start)
        for layer in before:
            x = layer(x)
        return last(x)

    return enlarge


def _residual(block: Any, x: Tensor) -> Tensor:
    first, _, second = block.body
    change: Tensor = second(first(x).relu_())
    return torch.add(x, change, alpha=block.res_scale, out=change)
