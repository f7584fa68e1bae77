"""The generator of Pix2Pix."""

import pytest
import torch
from torch.nn import functional as nnf

from model_layer.networks.pix2pix import (
    Generator,
    ResizeConv2d,
    parameters_of,
)
from model_layer.networks.registry import UnknownArchitectureError, build
from model_layer.store.packaging import operations_per_pixel


def test_layer_names_and_order_of_the_generator() -> None:
    """Checkpoints of the same architecture load by these names."""
    blocks = list(dict.fromkeys(key.split(".")[0] for key in Generator(2).state_dict()))
    assert blocks == [
        "initial_down",
        *(f"down{i}" for i in range(1, 7)),
        "bottleneck",
        *(f"up{i}" for i in range(1, 8)),
        "final_up",
    ]
    keys = [key for key in Generator(2).state_dict() if key.startswith("up3.")]
    assert keys == [
        "up3.conv.0.weight",
        "up3.conv.1.weight",
        "up3.conv.1.bias",
        "up3.conv.1.running_mean",
        "up3.conv.1.running_var",
        "up3.conv.1.num_batches_tracked",
    ]


def test_the_papers_width_has_its_number_of_weights() -> None:
    assert sum(p.numel() for p in Generator(64).parameters()) == 54_414_531


@pytest.mark.parametrize("size", [(256, 256), (256, 512)])
def test_the_generator_keeps_the_size(size: tuple[int, int]) -> None:
    with torch.inference_mode():
        out = Generator(2).eval()(torch.rand(1, 3, *size) * 2 - 1)
    assert out.shape == (1, 3, *size)
    assert out.abs().max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (4, 6)])
def test_resize_convolution_repeats_pixels_then_convolves(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    layer = ResizeConv2d(5, 7).double()
    x = torch.randn(2, 5, *size, dtype=torch.float64)
    repeated = nnf.interpolate(x, scale_factor=2, mode="nearest")
    expected = nnf.conv2d(repeated, layer.weight, layer.bias, padding=1)
    assert torch.allclose(layer(x), expected, atol=1e-12)


def test_resize_convolution_follows_its_weights() -> None:
    layer, x = ResizeConv2d(2, 2), torch.rand(1, 2, 4, 4)
    for change in (layer.float, lambda: layer.weight.mul_(2), layer.double):
        with torch.no_grad():
            change()
            x = x.to(layer.weight.dtype)
            kept = [layer(x), layer(x)]
        assert all(torch.equal(layer(x), result) for result in kept)
    with torch.inference_mode():
        inferred = layer(x)
    assert torch.equal(layer(x), inferred)


def test_resize_convolution_keeps_flat_areas_flat() -> None:
    x = torch.ones(1, 4, 8, 8)
    spread = {}
    for layer in (ResizeConv2d(4, 2), torch.nn.ConvTranspose2d(4, 2, 4, 2, 1)):
        inner = layer(x)[..., 2:-2, 2:-2]
        spread[type(layer).__name__] = float(inner.flatten(2).std(-1).detach().mean())
    assert spread["ResizeConv2d"] < 1e-6
    assert spread["ConvTranspose2d"] > 1e-3


@pytest.mark.parametrize("levels", [0, 3, 8])
def test_the_levels_that_resize_are_the_deepest(levels: int) -> None:
    network = Generator(2, resize_levels=levels)
    resized = [isinstance(m, ResizeConv2d) for m in network.modules()
               if isinstance(m, ResizeConv2d | torch.nn.ConvTranspose2d)]  # fmt: skip
    assert resized == [True] * levels + [False] * (8 - levels)
    with torch.inference_mode():
        assert network.eval()(torch.rand(1, 3, 256, 512)).shape == (1, 3, 256, 512)


@pytest.mark.parametrize("parameters", [{"features": 2}, {"features": 4, "resize_levels": 5}])
def test_weights_say_how_their_generator_was_built(parameters: dict[str, int]) -> None:
    network = build("pix2pix", parameters)
    assert parameters_of(network.module.state_dict()) == parameters


def test_other_weights_are_no_generators() -> None:
    with pytest.raises(ValueError, match="not the weights of a Pix2Pix generator"):
        parameters_of(torch.nn.Linear(2, 2).state_dict())


def test_resize_convolution_costs_no_more_operations() -> None:
    cost = [
        operations_per_pixel(build("pix2pix", {"features": 4, "resize_levels": levels}))
        for levels in (0, 8)
    ]
    assert cost[1] == cost[0]


@pytest.mark.parametrize("levels", [-1, 9])
def test_there_are_eight_levels(levels: int) -> None:
    with pytest.raises(UnknownArchitectureError, match=f"resize_levels is {levels}"):
        build("pix2pix", {"features": 2, "resize_levels": levels})
