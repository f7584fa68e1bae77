"""What a caller must know of a network to run it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Forward = Callable[[Tensor], Tensor]
"""From a batch of pictures to another, (N, C, H, W)."""


@dataclass(frozen=True)
class Bank:
    """The light of real neon pictures."""

    layouts: Tensor
    """Where it lies, (N, 64): see :func:`model_layer.neon.lights.layout`."""
    maps: Tensor
    """What is told of it, (N, 6, 3, 3)."""


@dataclass(frozen=True)
class Network:
    """A network and its descriptor, so that callers never ask for its name."""

    module: nn.Module
    scale: int
    """Output pixels per input pixel, along each side."""
    multiple: int
    """Height and width of the input must be multiples of this."""
    overlap: int | None
    """Input pixels around a tile that make tiled equal untiled; None: cannot be tiled."""
    value_range: tuple[float, float]
    """Smallest and largest value of input and output."""
    tile: int = 256
    """Longest side of a tile without its overlap, pixels of the input: fast, and within a gigabyte.

    Of a network that cannot be tiled: side of the largest square that takes two gigabytes or less.
    """
    values: float | None = None
    """Numbers that inference keeps for each pixel of a tile, at most; None: not known."""
    bank: Bank | None = None
    """Lights to choose from, of a generator that sees a photo in colour and is told where coloured
    light falls, by a second input (N, 6, h, w). Other generators see the photo in grey."""
    batch: int = 1
    """Tiles that are shown to it at once."""
    half: bool = False
    """Compute in half precision where rounding allows it."""
    accelerate: Callable[[nn.Module], Forward] | None = None
    """Arranges the module for inference; None: as fast as it is."""

    def inference(self) -> Forward:
        """Return a function that does what the module does, sooner.

        It has the weights that the module has now, records no gradient, and differs from the
        module by no more than rounding. Fastest with pictures in ``channels_last`` order.
        """
        forward = self.accelerate(self.module) if self.accelerate else self.module
        return torch.inference_mode()(forward)

    def computing(self) -> torch.autocast:
        """Return the context in which it computes, for the precision that is set."""
        device = next(self.module.parameters()).device.type
        kind = torch.bfloat16 if device == "cpu" else torch.float16
        return torch.autocast(device, kind, enabled=self.half)
