"""Upscaling tile by tile."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model_layer import upscale
from model_layer.networks.registry import Network, build

from .test_neon import noise


def edsr(scale: int) -> Network:
    torch.manual_seed(scale)
    network = build("edsr", {"scale": scale, "n_resblocks": 2, "n_feats": 4})
    network.module.eval().requires_grad_(False)
    return network


NETWORKS = {scale: edsr(scale) for scale in (2, 3, 4)}


@settings(max_examples=15)
@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from([2, 3, 4]), st.integers(16, 48))
def test_tiled_equals_untiled(width: int, height: int, scale: int, tile: int) -> None:
    photo = noise(width, height)
    whole = np.asarray(upscale.apply(NETWORKS[scale], photo, tile=1000), np.int16)
    tiled = np.asarray(upscale.apply(NETWORKS[scale], photo, tile=tile), np.int16)
    assert whole.shape == (height * scale, width * scale, 3)
    assert np.abs(whole - tiled).max() <= 1


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_halo_is_as_wide_as_the_receptive_field(scale: int) -> None:
    """A change of one input pixel reaches as far as the halo says, and no further."""
    network = NETWORKS[scale]
    assert network.halo is not None
    size = 2 * network.halo + 21
    centre = size // 2
    x = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(0))
    changed = x.clone()
    changed[..., centre, centre] += 1
    with torch.inference_mode():
        touched = (network.module(x) - network.module(changed)).abs().amax((0, 1, 2)) > 0
    columns = touched.nonzero().flatten() // scale
    assert int((columns - centre).abs().max()) <= network.halo
    assert int((columns - centre).abs().max()) >= network.halo - 1


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_mode_stays(mode: str) -> None:
    result = upscale.apply(NETWORKS[2], noise(20, 10, mode))
    assert (result.mode, result.size) == (mode, (40, 20))


def test_what_cannot_be_tiled_runs_as_a_whole() -> None:
    network = NETWORKS[2]
    whole = Network(network.module, 2, 1, None, network.value_range)
    seen: list[float] = []
    upscale.apply(whole, noise(70, 50), seen.append, tile=16)
    assert seen == [1.0]


def test_progress_counts_tiles() -> None:
    seen: list[float] = []
    upscale.apply(NETWORKS[2], noise(60, 30), seen.append, tile=30)
    assert seen == [0.5, 1.0]


def test_what_progress_raises_aborts() -> None:
    def stop(_: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        upscale.apply(NETWORKS[2], noise(60, 30), stop, tile=30)


def test_the_enlarged_picture_is_where_the_small_one_was() -> None:
    """With nearest-neighbour weights in place of a network, nothing moves."""

    class Nearest(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.repeat_interleave(3, 2).repeat_interleave(3, 3)

    photo = noise(50, 40)
    result = upscale.apply(Network(Nearest(), 3, 1, 5, (0.0, 1.0)), photo, tile=17)
    expected = photo.resize((150, 120), Image.Resampling.NEAREST)
    assert result.tobytes() == expected.tobytes()
