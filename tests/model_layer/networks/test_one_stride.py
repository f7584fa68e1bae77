"""The upscaler of one stride: its budget, its result, its arrangement for inference."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from model_layer.networks import one_stride
from model_layer.networks.registry import Network, UnknownArchitectureError, build
from model_layer.store.packaging import operations_per_pixel

WEIGHTS, OPERATIONS = 160_000, 300_000
"""The most of either, at every scale."""


def random_network(scale: int, **parameters: int) -> Network:
    """Build a network whose tail is not zero, as a trained one's."""
    network = build("one-stride", {"scale": scale, **parameters})
    assert isinstance(network.module, one_stride.OneStride)
    nn.init.normal_(network.module.tail.weight, std=0.1)
    nn.init.normal_(network.module.tail.bias, std=0.1)  # type: ignore[arg-type]
    return network


@pytest.mark.parametrize("scale", one_stride.SCALES)
def test_every_scale_keeps_within_the_budget(scale: int) -> None:
    network = build("one-stride", {"scale": scale})
    assert sum(weight.numel() for weight in network.module.parameters()) <= WEIGHTS
    assert operations_per_pixel(network) <= OPERATIONS


@pytest.mark.parametrize("scale", one_stride.SCALES)
def test_untrained_it_repeats_the_input(scale: int) -> None:
    x = torch.rand(2, 3, 5, 7)
    expected = x.repeat_interleave(scale, 2).repeat_interleave(scale, 3)
    assert torch.equal(build("one-stride", {"scale": scale}).module(x), expected)


@pytest.mark.parametrize("scale", one_stride.SCALES)
@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (23, 31)])
def test_inference_gives_what_the_module_gives(
    scale: int, fused: bool, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch._C, "_has_mkldnn", fused and torch._C._has_mkldnn)
    network = random_network(scale, channels=16, blocks=2)
    x = torch.rand(2, 3, *size)
    before = x.clone()
    with torch.inference_mode():
        expected = network.module(x)
    torch.testing.assert_close(network.inference()(x), expected, atol=1e-5, rtol=0)
    assert torch.equal(x, before)


def test_inference_sees_new_weights_the_next_time() -> None:
    network = random_network(2, channels=16, blocks=1)
    x = torch.rand(1, 3, 8, 8)
    before = network.inference()(x)
    with torch.no_grad():
        for weight in network.module.parameters():
            weight.mul_(1.5)
        expected = network.module(x)
    assert not torch.allclose(before, expected)
    torch.testing.assert_close(network.inference()(x), expected)


def test_the_overlap_is_the_receptive_field() -> None:
    network = random_network(2, channels=4, blocks=3)
    assert network.overlap == 8
    assert reach(network, 21, 10) == network.overlap


def reach(network: Network, side: int, centre: int) -> int:
    """Find how far from a pixel of the output the input still matters."""
    for parameter in network.module.parameters():  # so that nothing cancels, and no ReLU is shut
        nn.init.constant_(parameter, 0.01)
    x = torch.rand(1, 3, side, side).requires_grad_()
    result: Tensor = network.module(x)
    result[0, 0, 2 * centre, 2 * centre].backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    rows = x.grad[0].abs().sum((0, 2)).nonzero().flatten()
    return int((rows - centre).abs().max())


@pytest.mark.parametrize(
    "parameters",
    [{"scale": 5}, {"scale": 2, "channels": 0}, {"scale": 2, "blocks": 1.5}, {"scale": 2, "a": 1}],
)
def test_parameters_that_do_not_fit_are_refused(parameters: dict[str, float]) -> None:
    with pytest.raises(UnknownArchitectureError, match="parameters of one-stride"):
        build("one-stride", parameters)


def test_nothing_of_super_image_is_imported_for_it() -> None:
    code = (
        "import sys, torch; from PIL import Image; from model_layer.upscaling import effect; "
        "from model_layer.networks.registry import build; "
        "effect.apply(build('one-stride', {'scale': 2}), Image.new('RGB', (9, 9))); "
        "assert not {'super_image', 'torchvision', 'cv2', 'h5py'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
