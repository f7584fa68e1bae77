"""What is different on a GPU, tried on a CPU: the decisions, and several tiles at once."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from model_layer.effects import Neon, Upscale
from model_layer.engine import Engine
from model_layer.networks.network import Network
from model_layer.planning import gpu
from model_layer.planning.planner import Budget, Refusal
from model_layer.planning.speed_estimator import synthetic_photo
from model_layer.store.store import ModelStore
from model_layer.upscaling import effect as upscaling
from model_layer.upscaling import runtime
from training.figures import srgb_to_lab

PHOTO = synthetic_photo(80, 56)


@pytest.fixture
def network(tiny_weights: Path) -> Network:
    return replace(ModelStore.open(tiny_weights).load(Upscale(2)), tile=24)


def shifted(levels: int, share: float) -> Image.Image:
    """Return the photo with so many of its values off by so many levels."""
    values = np.asarray(PHOTO).astype(np.int16)
    chosen = np.random.default_rng(0).random(values.shape) < share
    return Image.fromarray(np.clip(values + levels * chosen, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_several_tiles_at_once_make_the_same_picture(network: Network, mode: str) -> None:
    photo = PHOTO.convert(mode)
    if mode == "RGBA":
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    one = np.asarray(upscaling.apply(network, photo), np.int16)
    shares: list[float] = []
    several = upscaling.apply(replace(network, batch=5), photo, shares.append)
    assert np.abs(np.asarray(several, np.int16) - one).max() <= 1
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) == 3  # of twelve tiles


def test_what_several_tiles_need_is_planned_for(network: Network) -> None:
    several = replace(network, batch=gpu.TILES_AT_ONCE)
    assert runtime.values(several, 8) == gpu.TILES_AT_ONCE * runtime.values(network, 8)


@pytest.mark.parametrize(("seconds", "half"), [((4, 1), True), ((4, 4), False), ((4, 8), False)])
def test_half_precision_is_taken_where_it_is_faster(
    network: Network, seconds: tuple[float, float], half: bool
) -> None:
    assert tried(network, PHOTO, *seconds).half == half


@pytest.mark.parametrize(
    ("made", "half"),
    [(shifted(1, 0.15), True), (shifted(1, 0.5), False), (shifted(5, 0.01), False)],
)
def test_half_precision_is_taken_where_nobody_could_tell(
    network: Network, made: Image.Image, half: bool
) -> None:
    assert tried(network, made, 4, 1).half == half


def tried(network: Network, made: Image.Image, slow: float, quick: float) -> Network:
    """Try precisions: half makes ``made``, and either takes its time."""
    now = [0.0]

    def apply(tried: Network) -> Image.Image:
        now[0] += quick if tried.half else slow
        return made if tried.half else PHOTO

    return gpu.quicker(network, apply, lambda: now[0])


def test_what_nobody_could_tell_is_within_half_a_delta_e() -> None:
    just_alike = shifted(1, 0.19)
    assert gpu.alike(PHOTO, just_alike)
    apart = srgb_to_lab(np.asarray(PHOTO)) - srgb_to_lab(np.asarray(just_alike))
    assert np.linalg.norm(apart, axis=-1).mean() <= 0.5


def test_rounding_to_bfloat16_is_seen(network: Network) -> None:
    half = upscaling.apply(replace(network, half=True), PHOTO)
    assert half.size == (160, 112)
    exact = upscaling.apply(network, PHOTO)
    assert np.asarray(half).tobytes() != np.asarray(exact).tobytes()


def test_the_gpus_memory_counts(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ModelStore.open(tiny_weights)
    engine = Engine(store, "cpu")
    engine.device = torch.device("cuda")
    monkeypatch.setattr(engine, "_network", store.load)
    memory = SimpleNamespace(free=10**10)
    monkeypatch.setattr(gpu, "free_bytes", lambda _: memory.free)
    assert not isinstance(engine.choose(Neon(), (640, 480), Budget()), Refusal)
    memory.free = 1000
    refusal = engine.choose(Neon(), (640, 480), Budget())
    assert isinstance(refusal, Refusal)
    assert refusal.lacking == "memory"


def test_memory_that_is_kept_for_reuse_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (600, 1000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _: 300)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _: 100)
    assert gpu.free_bytes(torch.device("cuda")) == 800
