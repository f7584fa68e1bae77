"""Convolutions that train as several branches and cost as much as one.

A sum of linear branches is one kernel, so the branches are folded in the space of weights, with
gradients, before each step: one convolution is computed, whatever the branches are.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

EXPANSION = 2


class FoldedBranches(nn.Module):
    """Parametrises a kernel (O, I, 3, 3) as the sum of a plain kernel and a wide branch.

    The branch is 1×1 to ``EXPANSION`` times the channels, 3×3, 1×1 back, with nothing in between.
    """

    def __init__(self, out_channels: int, in_channels: int) -> None:
        super().__init__()
        wide_in, wide_out = EXPANSION * in_channels, EXPANSION * out_channels
        self.expand = nn.Parameter(_uniform(wide_in, in_channels))
        self.mix = nn.Parameter(_uniform(wide_out, wide_in, 3, 3))
        self.reduce = nn.Parameter(_uniform(out_channels, wide_out))

    def forward(self, plain: Tensor) -> Tensor:
        """Fold the branches into one kernel."""
        return plain + self._branch()

    def right_inverse(self, kernel: Tensor) -> Tensor:
        """Return the plain kernel that folds to ``kernel``."""
        return kernel - self._branch().detach()

    def _branch(self) -> Tensor:
        inner = torch.einsum("ni,mnyx->miyx", self.expand, self.mix)
        return torch.einsum("om,miyx->oiyx", self.reduce, inner)


def _uniform(*shape: int) -> Tensor:
    """Draw weights that keep the variance, half of it: the plain kernel gives the other half."""
    fan_in = shape[1] * (9 if len(shape) == 4 else 1)
    bound = (3 / fan_in) ** 0.5 * 0.5 ** (1 / 6)
    return torch.empty(shape).uniform_(-bound, bound)


def reparameterise(module: nn.Module) -> None:
    """Give every 3×3 convolution between wide layers its branches, keeping its kernel's value."""
    for layer in list(module.modules()):
        if not isinstance(layer, nn.Conv2d) or layer.kernel_size != (3, 3) or layer.groups > 1:
            continue
        if min(layer.in_channels, layer.out_channels) > 3 and not parametrize.is_parametrized(
            layer
        ):
            branches = FoldedBranches(layer.out_channels, layer.in_channels)
            parametrize.register_parametrization(layer, "weight", branches)


def folded(module: nn.Module, names: list[str]) -> dict[str, Tensor]:
    """Return the tensors that the module computes with, branches folded.

    Args:
        module: with or without branches.
        names: of the parameters and buffers of the same network without branches.
    """
    found = {}
    with torch.no_grad():
        for name in names:
            owner, _, leaf = name.rpartition(".")
            found[name] = getattr(module.get_submodule(owner), leaf).detach()
    return found
