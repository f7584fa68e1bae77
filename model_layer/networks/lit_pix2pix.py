"""Pix2Pix told where coloured light falls: the U-Net of the paper, six halvings deep.

The light map is told deep in the decoder, at 1/64 to 1/16 of the size, where nothing can be laid
over the picture pixel by pixel: the network has to spread it along the things it sees. Six
halvings, not the paper's eight, because what lies deeper only ever knew the picture's overall
tone, which the light map says better; and a picture is padded to multiples of 64, not of 256.
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf

from model_layer.networks.pix2pix import ResizeConv2d, UNetBlock

TOLD = 6
"""Channels of what a generator is told: see :func:`model_layer.neon.light_map.tell`."""


class LitGenerator(nn.Module):
    """The U-Net: six halvings, six doublings, skip connections, and the light told in between.

    Args:
        features: channels of the first layer; the deepest layers have eight times as many.
        lights: how many lights of real pictures the bank holds, to choose from for a photo.
    """

    layouts: Tensor
    """Where the light lies in the pictures of the bank, (lights, 64)."""
    maps: Tensor
    """What is told of their light, (lights, 6, 3, 3)."""

    #: Height and width of the input must be multiples of this: six halvings.
    stride: ClassVar[int] = 64

    def __init__(self, features: int = 32, lights: int = 0) -> None:
        super().__init__()
        self.register_buffer("layouts", torch.zeros(lights, 64))
        self.register_buffer("maps", torch.zeros(lights, TOLD, 3, 3))
        f = features
        self.initial_down = nn.Sequential(
            nn.Conv2d(3, f, 4, 2, 1, padding_mode="reflect"), nn.LeakyReLU(0.2)
        )
        self.down1 = UNetBlock(f, f * 2, down=True)
        self.down2 = UNetBlock(f * 2, f * 4, down=True)
        self.down3 = UNetBlock(f * 4, f * 8, down=True)
        self.down4 = UNetBlock(f * 8, f * 8, down=True)
        self.down5 = UNetBlock(f * 8, f * 8, down=True)
        self.told = nn.ModuleList(_Told(f * 8) for _ in range(3))
        self.up1 = UNetBlock(f * 8, f * 8, down=False, resize=True)
        self.up2 = UNetBlock(f * 16, f * 8, down=False, resize=True)
        self.up3 = UNetBlock(f * 16, f * 4, down=False, resize=True)
        self.up4 = UNetBlock(f * 8, f * 2, down=False, resize=True)
        self.up5 = UNetBlock(f * 4, f, down=False, resize=True)
        self.final_up = nn.Sequential(ResizeConv2d(f * 2, 3), nn.Tanh())

    def forward(self, x: Tensor, light: Tensor) -> Tensor:
        """Light a batch.

        Args:
            x: (N, 3, H, W) in -1..1; H and W multiples of :attr:`stride`.
            light: what is told of the light, (N, 6, h, w), a grid of any size over the picture.

        Returns:
            The shape and range of ``x``.
        """
        d1 = self.initial_down(x)
        d2 = self.down1(d1)
        d3 = self.down2(d2)
        d4 = self.down3(d3)
        d5 = self.down4(d4)
        up = self.told[0](self.down5(d5), light)
        up = self.told[1](self.up1(up), light)
        up = self.told[2](self.up2(torch.cat([up, d5], 1)), light)
        up = self.up3(torch.cat([up, d4], 1))
        up = self.up4(torch.cat([up, d3], 1))
        up = self.up5(torch.cat([up, d2], 1))
        out: Tensor = self.final_up(torch.cat([up, d1], 1))
        return out


class _Told(nn.Module):
    """Adds what is told of the light to features; does nothing until it has been trained."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        last = nn.Conv2d(64, channels, 3, 1, 1)
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)
        self.layers = nn.Sequential(nn.Conv2d(TOLD, 64, 3, 1, 1), nn.LeakyReLU(0.2), last)

    def forward(self, features: Tensor, light: Tensor) -> Tensor:
        size = features.shape[2:]
        spread = nnf.interpolate(light, size, mode="bilinear", align_corners=False)
        out: Tensor = features + self.layers(spread)
        return out


def from_pix2pix(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Begin a lit generator with the outer six levels of a trained Pix2Pix generator.

    Args:
        weights: of a generator whose levels all enlarge by resize-convolution.

    Returns:
        Weights of all but the ``told`` layers.
    """
    inner = {"up3": "up1", "up4": "up2", "up5": "up3", "up6": "up4", "up7": "up5"}
    renamed = {}
    for name, weight in weights.items():
        layer, rest = name.split(".", 1)
        if layer in ("down6", "bottleneck", "up1", "up2"):
            continue
        value = weight.float() if weight.is_floating_point() else weight
        if name == "up3.conv.0.weight":  # there, the deeper decoder's answer came first
            value = value[:, value.shape[1] // 2 :]
        renamed[f"{inner.get(layer, layer)}.{rest}"] = value
    return renamed
