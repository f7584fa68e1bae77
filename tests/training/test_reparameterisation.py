"""Branches that fold into one kernel."""

import copy

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  # as everywhere

from model_layer.networks.registry import build
from training.reparameterisation import FoldedBranches, folded, reparameterise


def test_a_folded_kernel_does_what_its_branches_do() -> None:
    branches = FoldedBranches(5, 4)
    plain, x = torch.randn(5, 4, 3, 3), torch.randn(2, 4, 9, 9)
    wide = F.conv2d(x, branches.expand[:, :, None, None])
    wide = F.conv2d(F.conv2d(wide, branches.mix), branches.reduce[:, :, None, None])
    expected = wide + F.conv2d(x, plain)
    torch.testing.assert_close(F.conv2d(x, branches(plain)), expected, atol=1e-4, rtol=1e-4)


def test_a_network_gives_the_same_with_its_branches() -> None:
    network = build("one-stride", {"scale": 2, "channels": 8, "blocks": 1}).module
    plain = copy.deepcopy(network)
    reparameterise(network)
    x = torch.rand(1, 3, 8, 8)
    torch.testing.assert_close(network(x), plain(x))
    weights = folded(network, list(plain.state_dict()))
    assert weights.keys() == plain.state_dict().keys()
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(weights[name], value)


def test_every_branch_learns() -> None:
    network = nn.Sequential(nn.Conv2d(4, 4, 3))
    reparameterise(network)
    network(torch.rand(1, 4, 5, 5)).square().sum().backward()
    names = [name for name, _ in network.named_parameters()]
    assert len(names) == 5  # bias, plain kernel, three of the branch
    assert all(weight.grad is not None and weight.grad.any() for weight in network.parameters())


def test_layers_from_and_to_colours_stay_plain() -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 3, 3))
    names = list(network.state_dict())
    reparameterise(network)
    assert list(network.state_dict()) == names
