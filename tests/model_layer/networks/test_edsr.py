"""EDSR, arranged for inference."""

import pytest
import torch

from model_layer.effects import Upscale
from model_layer.networks.registry import build
from model_layer.store.store import ModelStore
from tests.model_layer.shipped import UPSCALERS, WEIGHTS

TINY = {"n_resblocks": 2, "n_feats": 8}


def test_every_shipped_model_gives_what_super_image_gives() -> None:
    store = ModelStore.from_folder(WEIGHTS)
    x = torch.rand(1, 3, 37, 29, generator=torch.Generator().manual_seed(0))
    assert {model.scale for model in UPSCALERS} == {2, 3, 4}
    for model in UPSCALERS:
        network = store.load(Upscale(model.scale), model)
        with torch.inference_mode():
            expected = network.module(x)
        assert float((network.inference()(x) - expected).abs().max()) < 1e-5, model.name


@pytest.mark.parametrize(("scale", "res_scale"), [(2, 1), (2, 0.1), (3, 0.1), (4, 0.1)])
def test_any_size_and_residual_scale(scale: int, res_scale: float) -> None:
    network = build("edsr", {"scale": scale, "res_scale": res_scale, **TINY})
    for size in [(1, 1), (1, 9), (2, 3), (23, 31)]:
        x = torch.rand(2, 3, *size)
        with torch.inference_mode():
            torch.testing.assert_close(network.inference()(x), network.module(x), atol=1e-6, rtol=0)


def test_the_input_stays_as_it_was() -> None:
    network = build("edsr", {"scale": 2, **TINY})
    x = torch.rand(1, 3, 5, 5)
    before = x.clone()
    network.inference()(x)
    assert torch.equal(x, before)


def test_new_weights_are_seen_the_next_time() -> None:
    network = build("edsr", {"scale": 2, **TINY})
    x = torch.rand(1, 3, 8, 8)
    before = network.inference()(x)
    with torch.no_grad():
        for weight in network.module.parameters():
            weight.mul_(1.5)
        expected = network.module(x)
    assert not torch.allclose(before, expected)
    torch.testing.assert_close(network.inference()(x), expected)
