"""Pix2Pix: the U-Net generator.

Source: Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks",
https://arxiv.org/abs/1611.07004, section 3.2 and appendix 6.1.1.
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf


class ResizeConv2d(nn.Conv2d):
    """Doubles the resolution by repeating pixels, then convolves 3×3, with a zero border.

    Where its input is flat its output is too, whatever the weights, so it cannot lay a
    checkerboard over flat areas as a transposed convolution can (Odena et al. 2016,
    "Deconvolution and Checkerboard Artifacts", https://distill.pub/2016/deconv-checkerboard).
    Both steps are one transposed convolution with a 4×4 kernel, and computed as one: four taps an
    output pixel instead of nine.
    """

    def __init__(self, in_channels: int, out_channels: int, *, bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, 3, bias=bias)
        self._last: tuple[object, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', 2H, 2W)."""
        kernel = self.folded() if torch.is_grad_enabled() else self._folded_once()
        return nnf.conv_transpose2d(x, kernel, self.bias, stride=2, padding=1)

    def _folded_once(self) -> Tensor:
        """The kernel, computed again only when the weights have changed."""
        weights = (self.weight.data_ptr(), self.weight.dtype, self.weight._version)
        if self._last is None or self._last[0] != weights:
            self._last = weights, self.folded()
        return self._last[1]

    def folded(self) -> Tensor:
        """The kernel of the transposed convolution: (in, out, 4, 4)."""
        padded = nnf.pad(self.weight.flip(2, 3).transpose(0, 1), (1, 1, 1, 1))
        # Repeating pixels is a transposed convolution with a 2×2 kernel of ones.
        rows = padded[..., 1:, :] + padded[..., :-1, :]
        return rows[..., 1:] + rows[..., :-1]


class UNetBlock(nn.Module):
    """Halves (``down``) or doubles the resolution: convolution, batch norm, activation.

    On the way up, ``resize`` chooses a resize-convolution instead of a transposed one.

    The layer is called ``conv`` and padding is by reflection on the way down, so that existing
    checkpoints of the same architecture load by name.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        down: bool,
        dropout: bool = False,
        resize: bool = False,
    ) -> None:
        super().__init__()
        layer: nn.Module
        if down:
            layer = nn.Conv2d(
                in_channels, out_channels, 4, 2, 1, bias=False, padding_mode="reflect"
            )
        elif resize:
            layer = ResizeConv2d(in_channels, out_channels, bias=False)
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
        resize_levels: how many of the eight levels of the decoder, the deepest first, enlarge by
            resize-convolution; the others by transposed convolution, as in the paper.
    """

    #: Height and width of the input must be multiples of this: eight halvings.
    stride: ClassVar[int] = 256

    def __init__(self, features: int = 64, channels: int = 3, resize_levels: int = 0) -> None:
        if not 0 <= resize_levels <= 8:
            raise ValueError(f"resize_levels is {resize_levels}, not 0 to 8")
        super().__init__()
        f = features

        def up(level: int, wide: int, narrow: int, *, dropout: bool = False) -> UNetBlock:
            resize = level <= resize_levels
            return UNetBlock(wide, narrow, down=False, dropout=dropout, resize=resize)

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
        self.up1 = up(1, f * 8, f * 8, dropout=True)
        self.up2 = up(2, f * 16, f * 8, dropout=True)
        self.up3 = up(3, f * 16, f * 8, dropout=True)
        self.up4 = up(4, f * 16, f * 8)
        self.up5 = up(5, f * 16, f * 4)
        self.up6 = up(6, f * 8, f * 2)
        self.up7 = up(7, f * 4, f)
        last = (
            ResizeConv2d(f * 2, channels)
            if resize_levels == 8
            else nn.ConvTranspose2d(f * 2, channels, 4, 2, 1)
        )
        self.final_up = nn.Sequential(last, nn.Tanh())

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


def parameters_of(weights: Mapping[str, Tensor]) -> dict[str, int]:
    """Read off a generator's weights how it was built: ``features`` and ``resize_levels``.

    Raises:
        ValueError: they are not those of a generator.
    """
    levels = [f"up{level}.conv.0.weight" for level in range(1, 8)] + ["final_up.0.weight"]
    first = weights.get("initial_down.0.weight")
    if first is None or not all(name in weights for name in levels):
        raise ValueError("not the weights of a Pix2Pix generator")
    resized = sum(weights[name].shape[-1] == 3 for name in levels)
    return {"features": len(first), **({"resize_levels": resized} if resized else {})}
