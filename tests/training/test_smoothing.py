"""A generator without its grid."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as nnf

from model_layer.networks.pix2pix import Generator, ResizeConv2d, initialise, parameters_of
from model_layer.store.packaging import read_weights
from tests.model_layer.command_line import CommandLine
from tests.training.pictures import save
from training.loop import save_weights
from training.pattern import grid_strength
from training.smoothing import nearest, smoothed


def trained() -> Generator:
    """A generator with kernels large enough to leave a grid."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = Generator(4)
        initialise(generator)
    with torch.no_grad():
        for parameter in generator.parameters():
            parameter.mul_(3)
    return generator.eval()


def inputs() -> list[torch.Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return [torch.rand(2, 1, 256, 256).expand(-1, 3, -1, -1) * 2 - 1 for _ in range(2)]


def test_what_is_a_resize_convolution_already_stays_the_same() -> None:
    layer = ResizeConv2d(3, 5, bias=False)
    found = nearest(layer.folded())
    assert torch.allclose(found, layer.weight, atol=1e-5)


def test_no_resize_convolution_is_nearer() -> None:
    kernel = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    layer = ResizeConv2d(2, 3, bias=False)
    optimum = nearest(kernel)
    for change in (0.0, 0.05, -0.05):
        with torch.no_grad():
            layer.weight.copy_(optimum)
            layer.weight[1, 0, 2, 1] += change
        distance = nnf.mse_loss(layer.folded(), kernel)
        if change == 0:
            least = distance
        else:
            assert distance > least


def test_the_grid_is_gone() -> None:
    generator = trained()
    after = smoothed(generator.state_dict(), inputs())
    assert not after.training
    assert grid_strength(after, 2) < 0.05 * grid_strength(generator, 2)


def test_batch_norm_knows_the_new_spread() -> None:
    after = smoothed(trained().state_dict(), inputs())
    norm = after.up7.conv[1]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    seen: list[torch.Tensor] = []
    after.up7.conv[0].register_forward_hook(lambda *call: seen.append(call[2]))
    with torch.no_grad():
        for batch in inputs():
            after(batch)
    mean = torch.stack([out.mean((0, 2, 3)) for out in seen]).mean(0)
    assert torch.allclose(norm.running_mean, mean, atol=0.05 * float(mean.abs().max()) + 1e-3)
    assert norm.momentum == 0.1


def test_nothing_to_do_or_nothing_to_do_it_to() -> None:
    with pytest.raises(ValueError, match="already"):
        smoothed(Generator(4, resize_levels=8).state_dict(), [])
    with pytest.raises(ValueError, match="not the weights of a Pix2Pix generator"):
        smoothed({"a": torch.zeros(1)}, [])
    with pytest.raises(ValueError, match="no pictures"):
        smoothed(trained().state_dict(), [])


def test_the_command_writes_weights_to_fine_tune(cli: CommandLine) -> None:
    save(Path("neon"), (420, 400), (400, 420))
    save_weights(trained(), Path("old.safetensors"))
    command = ["smooth-neon", "old.safetensors", "neon", "--size", 256, "--batches", 1]
    assert cli(*command, "-o", "new.safetensors") == 0
    found = read_weights(Path("new.safetensors"))
    assert parameters_of(found) == {"features": 4, "resize_levels": 8}
    assert cli("smooth-neon", "new.safetensors", "neon", "-o", "again.safetensors") == 2
    assert "already" in cli.errors[-1]
