"""An upscaler of one stride: every convolution at the photo's size, one pixel shuffle at the end.

A trunk of residual blocks of plain 3×3 convolutions, then a convolution to ``3 * scale²``
channels, added to the input's pixels repeated. What it costs hardly depends on the scale.
"""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere

from model_layer.networks.network import Network

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
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

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
    return Network(
        OneStride(scale, channels, blocks),
        scale=scale,
        multiple=1,
        halo=1 + 2 * blocks + 1,
        value_range=(0.0, 1.0),
    )
