"""The neon effect."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional as nnf

from model_layer.effects import Neon, Strength
from model_layer.neon import effect as neon
from model_layer.neon import grading, light_map
from model_layer.networks.network import Bank
from model_layer.networks.registry import Network, build
from training.figures import detail

Bytes = NDArray[np.uint8]


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


class Repeats(Tint):
    """Stands for a generator that takes light: answers what it sees, and keeps what it is told."""

    def forward(self, x: torch.Tensor, told: torch.Tensor | None = None) -> torch.Tensor:
        self.told = told
        return x


TINT = Network(Tint(), 1, 256, None, (-1.0, 1.0))


def repeats() -> tuple[Network, Repeats]:
    bank = Bank(torch.rand(3, 64), torch.rand(3, 6, 3, 3))
    module = Repeats()
    return Network(module, 1, 64, None, (-1.0, 1.0), bank=bank), module


@pytest.fixture(scope="module")
def lit() -> Network:
    torch.manual_seed(0)
    network = build("lit-pix2pix", {"features": 4, "lights": 2})
    network.module.eval().requires_grad_(False)
    assert network.bank
    network.bank.layouts.copy_(torch.rand(2, 64))
    network.bank.maps.copy_(torch.rand(2, 6, 3, 3))
    return network


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)


@settings(max_examples=12)
@given(st.integers(1, 700), st.integers(1, 300))
def test_any_size_and_ratio(width: int, height: int) -> None:
    result = neon.apply(TINT, noise(width, height), Neon())
    assert (result.mode, result.size) == ("RGB", (width, height))


@pytest.mark.parametrize("size", [(1, 1), (4000, 200), (3, 700)])
def test_extreme_shapes_through_the_real_network(network: Network, size: tuple[int, int]) -> None:
    assert neon.apply(network, noise(*size), Neon()).size == size


def straightforward(network: Network, photo: Image.Image, effect: Neon) -> Bytes:
    """The effect again without strips or tricks: what the fast way must give."""
    rgb = torch.from_numpy(np.asarray(photo, np.float64) / 255).permute(2, 0, 1)[None]
    size = [
        round(side * min(1, neon.WORKING_SHORT_SIDE / min(photo.size)))
        for side in (photo.height, photo.width)
    ]
    working = nnf.interpolate(rgb.float(), size, mode="bicubic", antialias=True).clamp(0, 1)
    told = neon.asked(network, working, effect)
    lines = neon.fit(working, neon.generate(network, working, told), effect.strength, told).double()
    lines = nnf.interpolate(lines, (photo.height, photo.width), mode="bilinear")
    slopes = lines[:, :9].reshape(1, 3, 3, *lines.shape[2:])
    lit = torch.einsum("bikhw,bihw->bkhw", slopes, rgb) + lines[:, 9:]
    result: Bytes = (lit[0].clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    return result


@pytest.mark.parametrize("strength", Strength)
@pytest.mark.parametrize("size", [(640, 480), (333, 611), (90, 50)])
def test_as_the_straightforward_way_within_one_level(
    network: Network, lit: Network, strength: Strength, size: tuple[int, int]
) -> None:
    photo = noise(16, 12).resize(size, Image.Resampling.BICUBIC)
    for generator in (network, lit):
        fast = np.asarray(neon.apply(generator, photo, Neon(strength=strength)), np.int16)
        slow = straightforward(generator, photo, Neon(strength=strength)).astype(np.int16)
        assert np.abs(fast - slow).max() <= 1


@pytest.mark.parametrize("size", [(1300, 900), (4096, 600)])
def test_a_large_photo_is_shrunk_in_two_steps(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    photo = noise(13, 9).resize(size, Image.Resampling.BICUBIC)
    twice = neon.working_picture(photo)
    monkeypatch.setattr(neon, "LARGEST_FACTOR", 1e9)
    once = neon.working_picture(photo)
    assert once.shape == twice.shape
    assert (once - twice).abs().max() < 0.02


@pytest.fixture
def ungraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the generator the photo as it is, and take its answer as it is."""
    monkeypatch.setattr(neon, "expose", lambda photo: photo)
    monkeypatch.setattr(grading, "intensify", lambda lines, *_: lines)
    for step in ("level", "match_light", "light_everything", "keep_white"):
        monkeypatch.setattr(grading, step, lambda lines, *_: lines)
    monkeypatch.setattr(grading, "keep_texture", lambda slopes: slopes)
    monkeypatch.setattr(grading, "keep_differences", lambda lines, _photo, _share: lines)


@pytest.mark.usefixtures("ungraded")
def test_light_comes_from_the_network_and_edges_from_the_photo() -> None:
    """At full size, above the working size, the known colouring must hold at every pixel."""
    photo = noise(250, 200, "L").convert("RGB").resize((1000, 800), Image.Resampling.BICUBIC)
    result = np.asarray(neon.apply(TINT, photo, Neon()), np.float64)
    grey = np.asarray(photo, np.float64)[..., 0]
    assert np.abs(result[..., 0] - grey).mean() < 14
    assert np.abs(result[..., 1] - (255 - grey)).mean() < 14
    red_only = np.repeat(result[..., :1], 3, -1).round().astype(np.uint8)
    assert detail(np.asarray(photo), red_only) > 0.98


@pytest.mark.usefixtures("ungraded")
def test_nothing_is_shifted_or_mirrored_by_padding() -> None:
    photo = Image.fromarray(np.tile(np.linspace(0, 180, 300).astype(np.uint8), (90, 1)))
    result = np.asarray(neon.apply(TINT, photo, Neon()), np.float64)[..., 0]
    assert np.abs(result - np.asarray(photo, np.float64)).max() < 6


@pytest.mark.usefixtures("ungraded")
def test_a_generator_that_takes_light_sees_the_photo_in_colour() -> None:
    photo = noise(16, 12).resize((500, 400), Image.Resampling.BICUBIC)
    result = np.asarray(neon.apply(repeats()[0], photo, Neon()), np.int16)
    assert np.abs(result - np.asarray(photo, np.int16)).max() <= 8


def test_it_is_told_of_lamps_as_long_as_the_strength() -> None:
    lengths = []
    for strength in Strength:
        network, module = repeats()
        neon.apply(network, noise(60, 50), Neon(strength, "miami"))
        assert module.told is not None
        lengths.append(float(module.told[0, :2].norm(dim=0).max()))
    assert 0 < lengths[0] < lengths[1] < lengths[2]


def test_other_lights_give_other_pictures(lit: Network) -> None:
    for told in lit.module.told:  # type: ignore[union-attr]
        torch.nn.init.normal_(told.layers[2].weight)
    photo = noise(90, 80)
    lights = ["auto", "auto+1", "miami", "sunset", light_map.encode(torch.rand(1, 6, 3, 3))]
    assert len({neon.apply(lit, photo, Neon(light=light)).tobytes() for light in lights}) == len(
        lights
    )


def test_same_photo_same_bytes(network: Network) -> None:
    photo = noise(300, 200)
    first, second = (
        neon.apply(network, photo, Neon(strength=Strength.MAX)).tobytes() for _ in range(2)
    )
    assert first == second


def test_strips_do_not_show(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = noise(120, 700)
    whole = np.asarray(neon.apply(network, photo, Neon()), np.int16)
    monkeypatch.setattr(neon, "STRIP_PIXELS", 33 * 120)
    strips = np.asarray(neon.apply(network, photo, Neon()), np.int16)
    assert np.abs(whole - strips).max() <= 1


def test_strengths_differ_in_order(network: Network) -> None:
    """Soft lies between the photo and neon; max goes beyond neon."""
    photo = noise(200, 150)
    soft, full, most = (
        np.asarray(neon.apply(network, photo, Neon(strength=strength)), np.float64)
        for strength in Strength
    )
    start = np.asarray(photo, np.float64)
    assert 0 < np.abs(soft - start).mean() < np.abs(full - start).mean()
    assert np.abs(most - full).mean() > 1


@pytest.mark.parametrize(("mode", "expected"), [("L", "RGB"), ("LA", "RGBA"), ("RGBA", "RGBA")])
def test_alpha_is_kept_as_it_is(network: Network, mode: str, expected: str) -> None:
    photo = noise(60, 40, mode)
    result = neon.apply(network, photo, Neon())
    assert result.mode == expected
    if mode.endswith("A"):
        assert result.getchannel("A").tobytes() == photo.getchannel("A").tobytes()


def test_progress_grows_to_one(network: Network) -> None:
    seen: list[float] = []
    neon.apply(network, noise(50, 600), Neon(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("size", [(5, 300), (256, 512), (200, 300)])
def test_padding_repeats_the_picture_in_mirror_image(size: tuple[int, int]) -> None:
    picture = torch.rand(1, 1, *size, generator=torch.Generator().manual_seed(1))
    padded = neon._pad_by_reflection(picture, 256)
    tops = [(side % 256 and (256 - side % 256) // 2) for side in size]
    expected = np.pad(
        picture[0, 0].numpy(),
        [(top, -side % 256 - top) for top, side in zip(tops, size)],
        mode="reflect",
    )
    assert np.array_equal(padded[0, 0].numpy(), expected)


def test_reflection_goes_on_beyond_the_picture() -> None:
    padded = neon._pad_by_reflection(torch.tensor([[[[1.0, 2.0, 3.0]]]]), 8)
    assert padded[0, 0, 0].tolist() == [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0]
    assert padded.shape == (1, 1, 8, 8)
