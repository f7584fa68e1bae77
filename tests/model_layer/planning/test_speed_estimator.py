"""Speeds are measured once, and refined."""

from pathlib import Path

import pytest

from model_layer.effects import Effect, Neon, Upscale, offered_effects
from model_layer.engine import Engine
from model_layer.networks.registry import Network, build
from model_layer.planning.layout import Tiles, Whole
from model_layer.planning.planner import Budget, Plan, Refusal, Speed
from model_layer.planning.runtime import runtime_of
from model_layer.planning.speed_estimator import SpeedEstimator, measured, synthetic_photo
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore


@pytest.fixture
def store(tiny_weights: Path) -> ModelStore:
    return ModelStore.from_folder(tiny_weights)


def test_layouts_are_those_of_the_networks(store: ModelStore) -> None:
    upscaler, layout = store.load(Upscale(2)), runtime_of("upscale").layout
    assert layout(upscaler) == Tiles(upscaler.tile, upscaler.overlap or 0)
    neon = runtime_of("neon").layout(store.load(Neon()))
    assert isinstance(neon, Whole)
    assert neon.seen((1280, 960)) == 512 * 256
    parameters = {"scale": 2, "n_resgroups": 1, "n_resblocks": 1, "n_feats": 4, "reduction": 2}
    pooling = build("rcan", parameters)
    assert layout(pooling) == Whole(most_pixels=pooling.tile**2)


@pytest.mark.parametrize("effect", [Neon(), Upscale(2), Upscale(4)], ids=lambda e: e.code)
def test_every_model_can_be_measured(store: ModelStore, effect: Effect) -> None:
    speed = measured(store.model(effect), store.load(effect))
    assert speed.operations_per_second > 0
    assert speed.encoding_seconds_per_pixel > 0
    assert (speed.seconds_per_pixel > 0) == isinstance(effect, Neon)


def test_each_model_is_measured_once_and_only_when_it_is_asked_for(store: ModelStore) -> None:
    names: list[str] = []

    def measure(model: Model, network: Network) -> Speed:
        names.append(model.name)
        return Speed(1e10)

    engine = Engine(store, "cpu", SpeedEstimator(measure))
    engine.apply(Upscale(2), synthetic_photo(8, 8))
    assert names == []
    for _ in range(2):
        engine.plans(Upscale(2), (100, 100))
        engine.choose(Upscale(2), (100, 100))
    assert names == ["edsr-x2"]


def test_a_wrong_speed_is_mended_by_work(store: ModelStore) -> None:
    engine = Engine(store, "cpu", SpeedEstimator(lambda _model, _network: Speed(1e6)))
    size = (300, 200)
    predicted = []
    for _ in range(3):
        (plan,) = engine.plans(Upscale(2), size)
        predicted.append(plan.effect_seconds)
        engine.apply(Upscale(2), synthetic_photo(*size), model=plan.model)
    assert predicted[0] > predicted[1] > predicted[2]


def test_a_choice_or_a_refusal_comes_of_it(store: ModelStore) -> None:
    engine = Engine(store, "cpu", SpeedEstimator(lambda _model, _network: Speed(1e6)))
    plan = engine.choose(Upscale(2), (300, 200))
    assert isinstance(plan, Plan)
    assert plan.model == store.model(Upscale(2))
    refusal = engine.choose(Upscale(4), (300, 200), Budget(seconds=0.001), offered_effects())
    assert isinstance(refusal, Refusal)
    assert refusal.alternatives == ()


def test_the_synthetic_photo_is_the_same_each_time() -> None:
    assert synthetic_photo(40, 30).size == (40, 30)
    assert synthetic_photo(40, 30).tobytes() == synthetic_photo(40, 30).tobytes()
