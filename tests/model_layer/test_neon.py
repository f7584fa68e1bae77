"""The neon effect."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model_layer import neon
from model_layer.effects import Strength
from model_layer.networks.registry import Network, build
from model_layer.training.figures import detail


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    network = build("pix2pix", {"features": 4})
    network.module.eval().requires_grad_(False)
    return network


class Tint(torch.nn.Module):
    """Stands for a generator whose answer is known: red is the grey, green its negative."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        grey = x[:, :1]
        return torch.cat([grey, -grey, torch.zeros_like(grey)], 1)


TINT = Network(Tint(), 1, 256, None, (-1.0, 1.0))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)


@settings(max_examples=12)
@given(st.integers(1, 700), st.integers(1, 300))
def test_any_size_and_ratio(width: int, height: int) -> None:
    result = neon.apply(TINT, noise(width, height), Strength.NEON)
    assert (result.mode, result.size) == ("RGB", (width, height))


@pytest.mark.parametrize("size", [(1, 1), (4000, 200), (3, 700)])
def test_extreme_shapes_through_the_real_network(network: Network, size: tuple[int, int]) -> None:
    assert neon.apply(network, noise(*size), Strength.NEON).size == size


@pytest.fixture
def colours_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the adaptation to bright photos off."""
    monkeypatch.setattr(neon, "NIGHT", 1.0)
    monkeypatch.setattr(neon, "DARK_ENOUGH", 1.0)


@pytest.mark.usefixtures("colours_as_they_are")
def test_light_comes_from_the_network_and_edges_from_the_photo() -> None:
    """At full size, above the working size, the known colouring must hold at every pixel."""
    dark = noise(1000, 800, "L").point([value * 7 // 10 for value in range(256)])
    photo = dark.convert("RGB")
    result = np.asarray(neon.apply(TINT, photo, Strength.NEON), np.float64)
    grey = np.asarray(photo, np.float64)[..., 0]
    assert np.abs(result[..., 0] - grey).mean() < 12
    assert np.abs(result[..., 1] - (255 - grey)).mean() < 12
    red_only = np.repeat(result[..., :1], 3, -1).round().astype(np.uint8)
    assert detail(np.asarray(photo), red_only) > 0.98


@pytest.mark.parametrize(("mean", "expected"), [(0.2, 0.2), (0.4, 0.4), (0.6, 0.4)])
def test_bright_photos_are_exposed_for_the_night(mean: float, expected: float) -> None:
    guide = torch.full((1, 1, 8, 8), mean)
    assert float(neon.expose_for_night(guide).mean()) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("level", [0.0, 0.97, 1.0])
def test_exposure_has_limits(level: float) -> None:
    exposed = neon.expose_for_night(torch.full((1, 1, 8, 8), level))
    assert float(exposed.mean()) == pytest.approx(level**2.2 if level < 1 else 1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("photo", "answer", "expected"),
    [
        (0.6, 0.7, 0.48),  # bright: kept below the day's light
        (0.6, 0.4, 0.4),  # dark enough as it is
        (0.1, 0.25, 0.25),  # a night photo may become brighter
    ],
)
def test_a_night_is_darker_than_its_day(photo: float, answer: float, expected: float) -> None:
    guide, neon_answer = torch.full((1, 1, 8, 8), photo), torch.full((1, 3, 8, 8), answer)
    assert float(neon.darken(neon_answer, guide).mean()) == pytest.approx(expected, abs=1e-3)


@pytest.mark.usefixtures("colours_as_they_are")
def test_nothing_is_shifted_or_mirrored_by_padding() -> None:
    photo = Image.fromarray(np.tile(np.linspace(0, 180, 300).astype(np.uint8), (90, 1)))
    result = np.asarray(neon.apply(TINT, photo, Strength.NEON), np.float64)[..., 0]
    assert np.abs(result - np.asarray(photo, np.float64)).max() < 6


def test_same_photo_same_bytes(network: Network) -> None:
    photo = noise(300, 200)
    first, second = (neon.apply(network, photo, Strength.MAX).tobytes() for _ in range(2))
    assert first == second


def test_strips_do_not_show(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = noise(120, 700)
    whole = np.asarray(neon.apply(network, photo, Strength.NEON), np.int16)
    monkeypatch.setattr(neon, "STRIP", 33)
    strips = np.asarray(neon.apply(network, photo, Strength.NEON), np.int16)
    assert np.abs(whole - strips).max() <= 1


def test_strengths_differ_in_order(network: Network) -> None:
    """Soft lies between the photo and neon; max goes beyond neon."""
    photo = noise(200, 150)
    soft, full, most = (
        np.asarray(neon.apply(network, photo, strength), np.float64) for strength in Strength
    )
    start = np.asarray(photo, np.float64)
    assert 0 < np.abs(soft - start).mean() < np.abs(full - start).mean()
    assert np.abs(most - full).mean() > 1


@pytest.mark.parametrize(("mode", "expected"), [("L", "RGB"), ("LA", "RGBA"), ("RGBA", "RGBA")])
def test_alpha_is_kept_as_it_is(network: Network, mode: str, expected: str) -> None:
    photo = noise(60, 40, mode)
    result = neon.apply(network, photo, Strength.NEON)
    assert result.mode == expected
    if mode.endswith("A"):
        assert result.getchannel("A").tobytes() == photo.getchannel("A").tobytes()


def test_progress_grows_to_one(network: Network) -> None:
    seen: list[float] = []
    neon.apply(network, noise(50, 600), Strength.NEON, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_reflection_goes_on_beyond_the_picture() -> None:
    padded = neon._pad_by_reflection(torch.tensor([[[[1.0, 2.0, 3.0]]]]), 8)
    assert padded[0, 0, 0].tolist() == [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0]
    assert padded.shape == (1, 1, 8, 8)
