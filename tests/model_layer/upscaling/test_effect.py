"""Upscaling tile by tile."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model_layer.effects import Upscale
from model_layer.networks.architectures import ARCHITECTURES
from model_layer.networks.registry import Network, build
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore
from model_layer.upscaling import effect as upscale
from tests.model_layer.neon.test_effect import noise
from tests.model_layer.shipped import UPSCALERS, WEIGHTS

SHIPPED = ModelStore.from_folder(WEIGHTS)


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


def levels_between(network: Network, photo: Image.Image, tile: int) -> tuple[int, float]:
    """Compare tiled with untiled: the largest difference, and the share of values that differ."""
    whole = np.asarray(upscale.apply(network, photo, tile=max(photo.size)), np.int16)
    tiled = np.asarray(upscale.apply(network, photo, tile=tile), np.int16)
    difference = np.abs(whole - tiled)
    return int(difference.max()), float((difference > 0).mean())


@pytest.mark.parametrize("model", UPSCALERS, ids=lambda model: model.name)
@pytest.mark.parametrize(
    ("width", "height"), [(1, 61), (67, 1), (7, 5), (53, 47)], ids=["thin", "flat", "tiny", "prime"]
)
def test_every_shipped_model_leaves_no_seam(model: Model, width: int, height: int) -> None:
    network = SHIPPED.load(Upscale(model.scale), model)
    largest, share = levels_between(network, noise(width, height), 23)
    assert largest <= 1
    assert share < 0.001


@settings(max_examples=6)
@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from(UPSCALERS), st.integers(20, 48))
def test_shipped_models_at_random_sizes(width: int, height: int, model: Model, tile: int) -> None:
    network = SHIPPED.load(Upscale(model.scale), model)
    assert levels_between(network, noise(width, height), tile)[0] <= 1


@pytest.mark.parametrize(
    "name", sorted(name for name, kind in ARCHITECTURES.items() if kind.overlap)
)
def test_every_architecture_that_has_an_overlap_leaves_no_seam(name: str) -> None:
    torch.manual_seed(0)
    small = {"edsr": {"n_feats": 8}, "msrn": {"n_blocks": 2, "n_feats": 8}}
    small |= {"awsrn": {"n_resblocks": 1}, "physicssr": {"n_resblocks": 2, "n_feats": 8}}
    network = build(name, {"scale": 2, **small.get(name, {})})
    network.module.eval().requires_grad_(False)
    assert network.overlap is not None
    photo = noise(2 * network.overlap + 12, 6)
    assert levels_between(network, photo, network.overlap + 6)[0] <= 1


def test_an_overlap_of_no_pixels_would_leave_seams() -> None:
    """The comparison above does see what it looks for."""
    network = SHIPPED.load(Upscale(2))
    assert levels_between(replace(network, overlap=0), noise(60, 20), 30)[0] > 10


def test_a_picture_too_large_for_a_network_without_overlap_is_refused() -> None:
    network = replace(NETWORKS[2], overlap=None)
    with pytest.raises(upscale.PictureTooLargeError, match="up to 102400 pixels; 320×321"):
        upscale.apply(network, Image.new("RGB", (320, 321)))


def test_grey_stays_grey() -> None:
    photo = noise(30, 20, "L")
    result = upscale.apply(SHIPPED.load(Upscale(2)), photo)
    assert result.mode == "L"
    back = np.asarray(result.resize(photo.size, Image.Resampling.BOX), np.float64)
    assert np.corrcoef(back.ravel(), np.asarray(photo).ravel())[0, 1] > 0.95


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
