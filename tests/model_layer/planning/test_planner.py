"""Predictions and choices: pure functions."""

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model_layer.effects import Effect, Lights, Neon, Size, Upscale, offered_effects
from model_layer.planning.layout import Layout, Tiles, Whole
from model_layer.planning.nearest import SMALLEST_SIDE
from model_layer.planning.planner import (
    MARGIN,
    Budget,
    Candidate,
    Candidates,
    Plan,
    Refusal,
    Speed,
    choose,
    predict,
)
from model_layer.store.manifest import Model

SMALL, BASE = 400_000, 2_740_000
TILES = Tiles(256, 20)
PHOTO = (1280, 960)

sides = st.integers(1, 6000)
sizes = st.tuples(sides, sides)
effects = st.sampled_from(offered_effects())
speeds = st.builds(
    Speed,
    operations_per_second=st.floats(1e8, 1e14),
    seconds_per_pixel=st.floats(0, 1e-6),
    encoding_seconds_per_pixel=st.floats(0, 1e-6),
    seconds_per_job=st.floats(0, 2),
)
layouts = st.one_of(
    st.builds(Tiles, side=st.integers(32, 512), overlap=st.integers(0, 40)),
    st.just(Whole(256, 384, 1024)),
    st.just(Whole(most_pixels=512 * 512)),
)
budgets = st.builds(
    Budget,
    seconds=st.floats(0, 600),
    memory_bytes=st.floats(1e6, 1e10),
    patience=st.floats(0, 60),
    result_pixels=st.floats(1e4, 1e8),
)


def model(effect: Effect, operations: int = SMALL, name: str = "small") -> Model:
    return Model(
        name=name,
        effect=effect.family,
        scale=effect.scale,
        file=f"{name}.safetensors",
        sha256="0" * 64,
        bytes=1,
        architecture="edsr",
        parameters={"n_feats": 32},
        weights=1,
        operations_per_pixel=operations,
        card=f"{name}.md",
        licence="MIT",
    )


def candidates(speed: Speed, *operations: int, layout: Layout = TILES) -> Candidates:
    """Every effect has models of so many operations per pixel, and the same speed."""

    def found(effect: Effect) -> Iterator[Candidate]:
        for number, count in enumerate(operations):
            yield Candidate(model(effect, count, f"model-{number}"), layout, speed)

    return found


def one(speed: Speed, layout: Layout = TILES, operations: int = SMALL) -> Candidate:
    return Candidate(model(Upscale(2), operations), layout, speed)


def test_seconds_add_up() -> None:
    speed = Speed(4e10, 1e-7, 2e-7, 0.5)
    plan = predict(one(speed, Whole()), Upscale(2), (1000, 1000))
    assert plan.effect_seconds == pytest.approx(0.5 + 10 + 0.4)
    assert plan.encoding_seconds == pytest.approx(0.8)
    assert plan.seconds == pytest.approx(11.7)


@given(speed=speeds, layout=layouts, effect=effects, size=sizes, more=sizes)
def test_a_larger_picture_never_costs_less(
    speed: Speed, layout: Layout, effect: Effect, size: Size, more: Size
) -> None:
    assume(not effect.for_viewing)  # a sheet has its own size, whatever the picture's
    if isinstance(layout, Whole) and layout.short_side:
        larger = size[0] * 2, size[1] * 2  # of the same shape: a panorama is made smaller
    else:
        larger = size[0] + more[0], size[1] + more[1]
    candidate = Candidate(model(effect), layout, speed)
    small, large = (predict(candidate, effect, s) for s in (size, larger))
    assert small.seconds <= large.seconds
    if layout.largest(size) <= layout.largest(larger):  # more tiles may be smaller ones
        assert small.memory_bytes <= large.memory_bytes


@given(speed=speeds, layout=layouts, size=sizes, factor=st.floats(1, 100))
def test_a_faster_machine_never_takes_longer(
    speed: Speed, layout: Layout, size: Size, factor: float
) -> None:
    faster = replace(speed, operations_per_second=speed.operations_per_second * factor)
    slow, fast = (predict(one(s, layout), Upscale(2), size) for s in (speed, faster))
    assert fast.seconds <= slow.seconds


@given(speed=speeds, layout=layouts, effect=effects, size=sizes, budget=budgets)
def test_nothing_is_chosen_that_does_not_fit(
    speed: Speed, layout: Layout, effect: Effect, size: Size, budget: Budget
) -> None:
    found = candidates(speed, BASE, SMALL, layout=layout)
    choice = choose(effect, size, budget, found)
    if isinstance(choice, Plan):
        assert choice.seconds * MARGIN <= budget.seconds
        assert choice.memory_bytes <= budget.memory_bytes
        assert layout.takes(effect.passes(size)[1])  # what the network is shown
    else:
        assert not any(budget.allows(predict(c, effect, size)) for c in found(effect))


@given(speed=speeds, layout=layouts, effect=effects, size=sizes, budget=budgets)
def test_what_a_refusal_names_would_be_done(
    speed: Speed, layout: Layout, effect: Effect, size: Size, budget: Budget
) -> None:
    found = candidates(speed, BASE, SMALL, layout=layout)
    choice = choose(effect, size, budget, found, offered_effects())
    if isinstance(choice, Plan):
        return
    assert effect not in choice.alternatives
    later = replace(
        budget, seconds=budget.seconds / 1.2, memory_bytes=budget.memory_bytes / 1.2
    )  # when the person has pressed, there is a little less of both
    for other in choice.alternatives:
        assert isinstance(choose(other, size, later, found), Plan)
    if choice.smaller:
        planned = choice.smaller.effect
        assert planned == effect.smaller(getattr(planned, "within", 0))
        assert isinstance(choose(planned, size, later, found), Plan)
        assert max(planned.output_size(size)) > max(size)
        assert all(new <= old for new, old in zip(planned.passes(size)[1], size))
    if choice.largest:
        assert isinstance(choose(effect, choice.largest, later, found), Plan)
        assert min(choice.largest) >= SMALLEST_SIDE
        assert all(new <= old for new, old in zip(choice.largest, size))


@given(speed=speeds, size=sizes, budget=budgets, more=st.floats(1, 10))
def test_more_time_never_turns_a_plan_into_a_refusal(
    speed: Speed, size: Size, budget: Budget, more: float
) -> None:
    found = candidates(speed, BASE, SMALL)
    longer = replace(budget, seconds=budget.seconds * more)
    if isinstance(choose(Upscale(4), size, budget, found), Plan):
        assert isinstance(choose(Upscale(4), size, longer, found), Plan)


@pytest.mark.parametrize(
    ("budget", "chosen"),
    [
        (Budget(), BASE),
        (Budget(seconds=100, patience=50), BASE),
        (Budget(seconds=100, patience=20), SMALL),  # a minute is too long for a little more
        (Budget(seconds=20), SMALL),
    ],
)
def test_the_best_model_that_is_done_in_time_is_chosen(budget: Budget, chosen: int) -> None:
    found = candidates(Speed(1e11), BASE, SMALL)  # about 40 s and 6 s
    choice = choose(Upscale(2), PHOTO, budget, found)
    assert isinstance(choice, Plan)
    assert choice.model.operations_per_pixel == chosen


def test_beyond_patience_the_quickest_counts() -> None:
    """Which may be the better one: it may be able to see a small picture whole."""
    quick = Candidate(model(Upscale(2), SMALL, "quick"), TILES, Speed(1e12))
    slow = Candidate(model(Upscale(2), SMALL, "slow"), TILES, Speed(1e10))
    choice = choose(Upscale(2), PHOTO, Budget(patience=0.01), lambda _: [quick, slow])
    assert isinstance(choice, Plan)
    assert choice.model.name == "quick"


def test_models_are_asked_for_only_until_one_will_do() -> None:
    asked: list[str] = []

    def found(effect: Effect) -> Iterator[Candidate]:
        for candidate in candidates(Speed(1e13), BASE, SMALL)(effect):
            asked.append(candidate.model.name)
            yield candidate

    choose(Upscale(2), PHOTO, Budget(), found)
    assert asked == ["model-0"]


def by_scale(effect: Effect) -> Iterator[Candidate]:
    """A slow machine: ×2 of a photo takes 60 s, ×4 four times as long, neon the same."""
    operations = SMALL if effect.family == "neon" else SMALL * effect.scale**2 // 4
    yield Candidate(model(effect, operations), Whole(), Speed(math.prod(PHOTO) * SMALL / 60))


def test_a_refusal_names_what_would_be_done() -> None:
    choice = choose(Upscale(4), PHOTO, Budget(seconds=100), by_scale, offered_effects())
    assert isinstance(choice, Refusal)
    assert choice.lacking == "time"
    assert choice.plan.seconds == pytest.approx(240)
    assert choice.alternatives == (Neon(), Lights(), Upscale(2))
    assert choice.largest == (670, 500)  # 100 s / 1.2 / 1.25 of 240 s: 0.53 of each side


def test_only_what_may_be_named_is_named() -> None:
    choice = choose(Upscale(4), PHOTO, Budget(seconds=100), by_scale, others=[Upscale(2)])
    assert isinstance(choice, Refusal)
    assert choice.alternatives == (Upscale(2),)


def test_where_nothing_would_be_done_nothing_is_named() -> None:
    choice = choose(Upscale(4), PHOTO, Budget(seconds=0), by_scale, offered_effects())
    assert isinstance(choice, Refusal)
    assert choice.alternatives == ()
    assert choice.largest is None


def test_too_little_memory_is_said() -> None:
    choice = choose(Upscale(4), PHOTO, Budget(memory_bytes=1e6), by_scale)
    assert isinstance(choice, Refusal)
    assert choice.lacking == "memory"


def test_a_model_that_has_to_see_all_is_passed_over_for_a_large_picture() -> None:
    whole = Candidate(model(Upscale(2), BASE, "whole"), Whole(most_pixels=512**2), Speed(1e13))
    tiled = one(Speed(1e13))
    for size, name in (((512, 512), "whole"), ((513, 512), "small")):
        choice = choose(Upscale(2), size, Budget(), lambda _: [whole, tiled])
        assert isinstance(choice, Plan)
        assert choice.model.name == name


def test_an_effect_without_models_is_an_error() -> None:
    with pytest.raises(ValueError, match="no model for upscale:2"):
        choose(Upscale(2), PHOTO, Budget(), lambda _: [])


@given(speed=speeds, taken=st.floats(0.01, 1e4))
def test_a_speed_is_drawn_towards_what_was_observed(speed: Speed, taken: float) -> None:
    def seconds(speed: Speed) -> float:
        return predict(one(speed), Upscale(2), PHOTO).effect_seconds

    before = seconds(speed)
    after = seconds(speed.refined(before, taken, 0.5))
    assert after == pytest.approx(math.sqrt(before * taken))
    assert seconds(speed.refined(before, taken, 1)) == pytest.approx(taken)


def test_a_speed_learns_nothing_from_nonsense() -> None:
    speed = Speed(1e10)
    assert speed.refined(0, 1, 0.5) == speed
    assert speed.refined(1, 0, 0.5) == speed


def test_twelve_megapixels_are_made_smaller_for_a_wish_that_is_too_large() -> None:
    """As files come from cameras; a result may have 64 megapixels."""
    found = candidates(Speed(8e10), 300_000, layout=Tiles(256, 16))
    budget = Budget(seconds=300, result_pixels=64e6)
    size = (4000, 3000)
    assert isinstance(choose(Upscale(2), size, budget, found), Plan)
    for scale, side in ((3, 3000), (4, 2300)):
        refused = choose(Upscale(scale), size, budget, found, offered_effects())
        assert isinstance(refused, Refusal)
        assert refused.lacking == "pixels"
        assert refused.smaller is not None
        assert refused.smaller.effect == Upscale(scale, within=side)
        assert Upscale(2) in refused.alternatives


def test_what_takes_too_long_is_made_smaller_as_little_as_may_be() -> None:
    found = candidates(Speed(1e10), 300_000, layout=Whole())
    budget = Budget(seconds=300)
    refused = choose(Upscale(2), (4000, 3000), budget, found)
    assert isinstance(refused, Refusal)
    assert refused.lacking == "time"
    assert refused.smaller is not None
    assert refused.smaller.effect == Upscale(2, within=2900)
    assert isinstance(choose(Upscale(2, within=3600), (4000, 3000), budget, found), Refusal)


def test_a_result_no_larger_than_the_picture_is_nobodys_wish() -> None:
    found = candidates(Speed(1e9), 300_000, layout=Whole())
    refused = choose(Upscale(2), (4000, 3000), Budget(seconds=300), found)
    assert isinstance(refused, Refusal)
    assert refused.smaller is None
    assert refused.largest is not None
