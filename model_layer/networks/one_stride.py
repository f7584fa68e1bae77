"""An upscaler of one stride: every convolution at the photo's size, one pixel shuffle at the end.

A trunk of residual blocks of plain 3×3 convolutions, then a convolution to ``3 * scale²``
channels, added to the input's pixels repeated. What it costs hardly depends on the scale.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere

from model_layer.networks.heap import LARGEST
from model_layer.networks.network import Forward, Network

SCALES = (2, 3, 4)
CHANNELS = 32
"""A multiple of 16, since that is how processors' convolutions block them."""
BLOCKS = 7


class OneStride(nn.Module):
    """Maps (N, 3, H, W) to (N, 3, H * scale, W * scale), both in 0..1 (results may overshoot).

    Args:
        scale: output pixels per input pixel, along each side.
        channels: width of the trunk.
        blocks: residual blocks, of two convolutions each.
    """

    def __init__(self, scale: int, channels: int = CHANNELS, blocks: int = BLOCKS) -> None:
        super().__init__()
        self.scale = scale
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.ModuleList(_Block(channels) for _ in range(blocks))
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)
        # So that an untrained network gives the repeated input, and learns the difference only.
        for parameter in self.tail.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """Enlarge pictures."""
        features = self.head(x)
        for block in self.blocks:
            features = block(features)
        return _shuffled(self.tail(features), x, self.scale)


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.second(F.relu(self.first(x)))
        return x + change


def _shuffled(details: Tensor, x: Tensor, scale: int) -> Tensor:
    """Shuffle details to the output's size and add the input's pixels, each repeated."""
    n, channels, height, width = x.shape
    large = F.pixel_shuffle(details, scale)
    repeated = x[:, :, :, None, :, None]
    split = large.view(n, channels, height, scale, width, scale)
    return (split + repeated).view_as(large)


def accelerate(module: nn.Module) -> Forward:
    """Arrange the network for inference: activations, sums and shuffle cost hardly a pass.

    Args:
        module: a :class:`OneStride`.

    Returns:
        A function from (N, 3, H, W) to (N, 3, H * scale, W * scale) with the network's present
        weights, to be called where no gradient is recorded. It differs from the network by
        rounding only.
    """
    if not isinstance(module, OneStride):
        raise TypeError(f"not a OneStride: {type(module).__name__}")
    scale = module.scale
    head = _Convolution.of(module.head)
    blocks = [
        (_Convolution.of(block.first), _Convolution.of(block.second))
        for block in module.blocks
        if isinstance(block, _Block)
    ]
    tail = _Convolution(*_pixels_first(module.tail, scale))

    def enlarge(x: Tensor) -> Tensor:
        features = head(x)
        for first, second in blocks:
            second.onto(features, first.relu(features))
        return _rows(tail(features), x, scale)

    return enlarge


class _Convolution:
    """A 3×3 convolution, fused with what follows where oneDNN can do that."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight.detach(), None if bias is None else bias.detach()
        self._fused = weight.device.type == "cpu" and torch._C._has_mkldnn
        if self._fused:
            pack = torch.ops.mkldnn._reorder_convolution_weight
            self._weight = pack(self._weight, _ONE, _ONE, _ONE, 1)

    @classmethod
    def of(cls, layer: nn.Conv2d) -> "_Convolution":
        return cls(layer.weight, layer.bias)

    def __call__(self, x: Tensor) -> Tensor:
        return self._run(x, "none")

    def relu(self, x: Tensor) -> Tensor:
        return self._run(x, "relu")

    def onto(self, result: Tensor, x: Tensor) -> None:
        """Add the convolution of ``x`` to ``result``, in place."""
        if self._fused:
            add = torch.ops.mkldnn._convolution_pointwise_.binary
            shape = self._weight, self._bias, _ONE, _ONE, _ONE, 1
            add(result, x, *shape, "add", 1.0, None, [], None)
        else:
            result.add_(self._run(x, "none"))

    def _run(self, x: Tensor, activation: str) -> Tensor:
        result: Tensor
        if self._fused:
            convolve = torch.ops.mkldnn._convolution_pointwise
            shape = self._weight, self._bias, _ONE, _ONE, _ONE, 1
            result = convolve(x, *shape, activation, [], "")
            return result
        result = F.conv2d(x, self._weight, self._bias, padding=1)
        return result.relu_() if activation == "relu" else result


_ONE = [1, 1]  # padding, stride and dilation


def _pixels_first(tail: nn.Conv2d, scale: int) -> tuple[Tensor, Tensor | None]:
    """Reorder the tail's channels from (colour, row, column) to (row, column, colour).

    So the colours of a pixel of the result lie side by side, and so do the pixels of a row.
    """
    order = torch.arange(3 * scale**2).view(3, scale**2).t().reshape(-1)
    return tail.weight[order], None if tail.bias is None else tail.bias[order]


def _rows(details: Tensor, x: Tensor, scale: int) -> Tensor:
    """Do what :func:`_shuffled` does, for details in the order of :func:`_pixels_first`."""
    n, _, height, width = x.shape
    of_pixels, size = details.permute(0, 2, 3, 1), 3 * scale
    result = of_pixels.new_empty(n, height, scale, width, size)
    repeated = x.permute(0, 2, 3, 1).repeat(1, 1, 1, scale)
    for row in range(scale):
        part = of_pixels[..., row * size : (row + 1) * size]
        torch.add(part, repeated, out=result[:, :, row])
    return result.view(n, height * scale, width * scale, 3).permute(0, 3, 1, 2)


def _tile(channels: int, overlap: int) -> int:
    """Choose the largest tile, pixels, whose layers fit into what the heap keeps.

    The larger a tile, the smaller is the share of its overlap; beyond that the system clears pages
    anew for every layer.
    """
    side = math.isqrt(LARGEST // (channels * torch.float32.itemsize)) - 2 * overlap
    return max(_STEP, (side - 1) // _STEP * _STEP)


_STEP = 32  # pixels, of a tile's side


def network(scale: int, channels: int = CHANNELS, blocks: int = BLOCKS) -> Network:
    """Build the network with random weights and describe it.

    Raises:
        ValueError: a parameter is out of its range.
    """
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(map(str, SCALES))}, not {scale}")
    for name, value in (("channels", channels), ("blocks", blocks)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a positive whole number, not {value}")
    overlap = 1 + 2 * blocks + 1
    return Network(
        OneStride(scale, channels, blocks),
        scale=scale,
        multiple=1,
        overlap=overlap,
        value_range=(0.0, 1.0),
        # Measured: some layers, and the result in several forms.
        values=4.5 * channels + 6 * scale**2,
        tile=_tile(max(channels, 3 * scale**2), overlap),
        accelerate=accelerate,
    )
