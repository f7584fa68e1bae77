"""Pix2Pix: the U-Net generator and the PatchGAN discriminator.

Source: Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks",
https://arxiv.org/abs/1611.07004, section 3.2 and appendix 6.1.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn


class UNetBlock(nn.Module):
    """Halves (``down``) or doubles the resolution: convolution, batch norm, activation.

    The layer is called ``conv`` and padding is by reflection on the way down, so that existing
    checkpoints of the same architecture load by name.
    """

    def __init__(
        self, in_channels: int, out_channels: int, *, down: bool, dropout: bool = False
    ) -> None:
        super().__init__()
        layer: nn.Module
        if down:
            layer = nn.Conv2d(
                in_channels, out_channels, 4, 2, 1, bias=False, padding_mode="reflect"
            )
        else:
            layer = nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False)
        activation = nn.LeakyReLU(0.2) if down else nn.ReLU()
        self.conv = nn.Sequential(layer, nn.BatchNorm2d(out_channels), activation)
        self.dropout = nn.Dropout(0.5) if dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H/2, W/2), or to (N, C', 2H, 2W) on the way up."""
        out: Tensor = self.dropout(self.conv(x))
        return out


class Generator(nn.Module):
    """The U-Net: eight halvings, eight doublings, a skip connection at each resolution.

    Args:
        features: channels of the first layer; the deepest layers have eight times as many.
            64 is the paper's width.
        channels: channels of the input and of the output.
    """

    #: Height and width of the input must be multiples of this: eight halvings.
    stride: ClassVar[int] = 256

    def __init__(self, features: int = 64, channels: int = 3) -> None:
        super().__init__()
        f = features
        self.initial_down = nn.Sequential(
            nn.Conv2d(channels, f, 4, 2, 1, padding_mode="reflect"), nn.LeakyReLU(0.2)
        )
        self.down1 = UNetBlock(f, f * 2, down=True)
        self.down2 = UNetBlock(f * 2, f * 4, down=True)
        self.down3 = UNetBlock(f * 4, f * 8, down=True)
        self.down4 = UNetBlock(f * 8, f * 8, down=True)
        self.down5 = UNetBlock(f * 8, f * 8, down=True)
        self.down6 = UNetBlock(f * 8, f * 8, down=True)
        self.bottleneck = nn.Sequential(nn.Conv2d(f * 8, f * 8, 4, 2, 1), nn.ReLU())
        self.up1 = UNetBlock(f * 8, f * 8, down=False, dropout=True)
        self.up2 = UNetBlock(f * 16, f * 8, down=False, dropout=True)
        self.up3 = UNetBlock(f * 16, f * 8, down=False, dropout=True)
        self.up4 = UNetBlock(f * 16, f * 8, down=False)
        self.up5 = UNetBlock(f * 16, f * 4, down=False)
        self.up6 = UNetBlock(f * 8, f * 2, down=False)
        self.up7 = UNetBlock(f * 4, f, down=False)
        self.final_up = nn.Sequential(nn.ConvTranspose2d(f * 2, channels, 4, 2, 1), nn.Tanh())

    def forward(self, x: Tensor) -> Tensor:
        """Re-colour a batch.

        Args:
            x: (N, channels, H, W) in -1..1; H and W multiples of :attr:`stride`.

        Returns:
            The same shape and range.
        """
        d1 = self.initial_down(x)
        d2 = self.down1(d1)
        d3 = self.down2(d2)
        d4 = self.down3(d3)
        d5 = self.down4(d4)
        d6 = self.down5(d5)
        d7 = self.down6(d6)
        up = self.up1(self.bottleneck(d7))
        up = self.up2(torch.cat([up, d7], 1))
        up = self.up3(torch.cat([up, d6], 1))
        up = self.up4(torch.cat([up, d5], 1))
        up = self.up5(torch.cat([up, d4], 1))
        up = self.up6(torch.cat([up, d3], 1))
        up = self.up7(torch.cat([up, d2], 1))
        out: Tensor = self.final_up(torch.cat([up, d1], 1))
        return out


class Discriminator(nn.Module):
    """PatchGAN: judges each 70×70 patch of an (input, output) pair as real or generated.

    Args:
        features: channels of the first layer (64 in the paper).
        channels: channels of one picture of the pair.
    """

    def __init__(self, features: int = 64, channels: int = 3) -> None:
        super().__init__()
        f = features
        self.initial = nn.Sequential(
            nn.Conv2d(channels * 2, f, 4, 2, 1, padding_mode="reflect"), nn.LeakyReLU(0.2)
        )
        self.model = nn.Sequential(
            self._block(f, f * 2, stride=2),
            self._block(f * 2, f * 4, stride=2),
            self._block(f * 4, f * 8, stride=1),
            nn.Conv2d(f * 8, 1, 4, 1, 1, padding_mode="reflect"),
        )

    @staticmethod
    def _block(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 4, stride, 1, bias=False, padding_mode="reflect"),
            nn.BatchNorm2d(out_channels),
            nn.LeakyReLU(0.2),
        )

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Score pairs of pictures, each (N, channels, H, W) in -1..1.

        Returns:
            Logits (N, 1, H/8 - 2, W/8 - 2), one a patch; above 0 means "real".
        """
        logits: Tensor = self.model(self.initial(torch.cat([x, y], 1)))
        return logits


def initialise(network: nn.Module) -> None:
    """Draw the weights of convolutions from N(0, 0.02), as the paper does (appendix 6.2)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
