"""The generator that is told where coloured light falls."""

import torch

from model_layer.networks.lit_pix2pix import LitGenerator, from_pix2pix
from model_layer.networks.pix2pix import Generator
from model_layer.networks.registry import build, load_strictly


def test_any_multiple_of_64_and_any_grid() -> None:
    network = build("lit-pix2pix", {"features": 4, "lights": 5})
    assert network.multiple == 64
    assert network.bank
    assert network.bank.maps.shape == (5, 6, 3, 3)
    generator = network.module.eval()
    for height, width, cells in ((64, 128, 2), (192, 64, 5)):
        with torch.inference_mode():
            out = generator(torch.zeros(2, 3, height, width), torch.rand(2, 6, cells, cells))
        assert out.shape == (2, 3, height, width)
        assert out.abs().max() <= 1


def test_before_training_what_is_told_changes_nothing() -> None:
    torch.manual_seed(0)
    generator = LitGenerator(4).eval()
    x = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        first, second = (generator(x, torch.rand(1, 6, 3, 3)) for _ in range(2))
    assert torch.equal(first, second)


def test_it_can_be_trained_to_listen() -> None:
    torch.manual_seed(0)
    generator = LitGenerator(4)
    generator(torch.rand(2, 3, 64, 64), torch.rand(2, 6, 3, 3)).square().mean().backward()
    for name, weight in generator.named_parameters():
        if name.startswith("told.") and name.endswith("2.weight"):
            assert weight.grad is not None
            assert weight.grad.abs().sum() > 0


def test_the_outer_levels_of_trained_weights_are_taken_over() -> None:
    torch.manual_seed(0)
    old = Generator(4, resize_levels=8)
    half = {name: value.half() if value.is_floating_point() else value
            for name, value in old.state_dict().items()}  # fmt: skip
    generator = LitGenerator(4)
    own = {name: value for name, value in generator.state_dict().items()
           if name.startswith(("told", "layouts", "maps"))}  # fmt: skip
    load_strictly(generator, {**own, **from_pix2pix(half)})
    new, before = generator.state_dict(), old.state_dict()
    for inner, outer in (("down4", "down4"), ("up5", "up7"), ("down1", "down1")):
        name = ".conv.0.weight"
        assert torch.allclose(new[inner + name], before[outer + name], atol=1e-3)
