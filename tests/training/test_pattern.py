"""The grid that a generator lays over flat areas."""

import pytest
import torch
from torch import Tensor, nn

from model_layer.networks.pix2pix import Generator, initialise
from training.pattern import grid_strength


class Grid(nn.Module):
    """Adds a dot of a given height every so many pixels."""

    def __init__(self, period: int, height: float = 0.2) -> None:
        super().__init__()
        self.height = nn.Parameter(torch.tensor(height))
        self.period = period

    def forward(self, x: Tensor) -> Tensor:
        out = x.clone() / 2
        out[:, :, :: self.period, :: self.period] += self.height
        return out


@pytest.mark.parametrize("period", [2, 32])
def test_a_grid_shows_at_its_own_period(period: int) -> None:
    strength = grid_strength(Grid(period), period)
    # One dot of 25.5 levels in a tile, less what repeats at half the period: a quarter of it at
    # each of four places.
    assert strength == pytest.approx(25.5 * (3 / 4) ** 0.5 / period, rel=0.05)
    assert grid_strength(Grid(period), 2 * period) == pytest.approx(0, abs=1e-9)


def test_no_grid() -> None:
    assert grid_strength(Grid(2, height=0.0), 2) == 0


def test_resize_convolution_leaves_no_checkerboard_in_flat_areas() -> None:
    strengths = []
    for levels in (0, 8):
        torch.manual_seed(0)
        network = Generator(4, resize_levels=levels)
        initialise(network)
        with torch.no_grad():  # a stronger answer than that of a fresh network
            network.get_parameter("final_up.0.weight").mul_(20)
        strengths.append(grid_strength(network.eval(), 2))
    transposed, resized = strengths
    assert transposed > 1
    assert resized < transposed / 10
