"""How long an effect will take and how much memory it needs, told before it begins.

Pure functions of the picture's size, the manifest's entry and measured speeds. Light: imports no
network library.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from model_layer.effects import PILLOW_BYTES, Effect, Size
from model_layer.planning import nearest
from model_layer.planning.layout import Layout
from model_layer.store.manifest import Model

MARGIN = 1.2
"""Time kept in hand: a prediction may be this factor too short."""
PROMISE = 1.25
"""Time and memory kept in hand beyond that by what is named instead: until the person has read it
and pressed, others may be at work and the speed may be another."""
Lacking = Literal["time", "memory", "pixels"]
"""What there is too little of: of the last, allowed in a result."""
_USUAL_CHANNELS = 64
_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a machine is with one model."""

    operations_per_second: float
    """Floating-point operations of the network, tiles and their handling included."""
    seconds_per_pixel: float = 0.0
    """Of the result, for what is done beside the network."""
    encoding_seconds_per_pixel: float = 0.0
    """Of the result, for making a file of it."""
    seconds_per_job: float = 0.0
    """Whatever the size."""

    def refined(self, predicted: float, taken: float, weight: float) -> "Speed":
        """Draw the speed towards what an effect really took, by an exponential average.

        Args:
            predicted: seconds, by this speed.
            taken: seconds.
            weight: of the new observation, 0 to 1.
        """
        if predicted <= 0 or taken <= 0:
            return self
        factor = (taken / predicted) ** weight
        return replace(
            self,
            operations_per_second=self.operations_per_second / factor,
            seconds_per_pixel=self.seconds_per_pixel * factor,
            seconds_per_job=self.seconds_per_job * factor,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that an effect could run with on this machine."""

    model: Model
    layout: Layout
    speed: Speed
    values: float = 1024.0
    """Numbers the network keeps for each pixel it is shown, at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An effect for a picture with one model, and what it will cost."""

    effect: Effect
    size: Size
    """Of the picture, pixels."""
    model: Model
    effect_seconds: float
    """From the decoded picture to the result."""
    encoding_seconds: float
    """From the result to its file."""
    memory_bytes: int
    """Most that the effect needs beside the loaded model and the decoded picture."""
    result_size: Size = (1, 1)
    """Of the result, pixels."""
    possible: bool = True
    """False where the model cannot do it at any cost."""

    @property
    def seconds(self) -> float:
        """From the decoded picture to the result's file."""
        return self.effect_seconds + self.encoding_seconds


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent on a picture."""

    seconds: float = math.inf
    """Until it has to be done."""
    memory_bytes: float = math.inf
    """That is free."""
    patience: float = math.inf
    """Seconds that a better model may take where a lighter one is quicker."""
    result_pixels: float = math.inf
    """Largest result that is wanted."""

    def allows(self, plan: Plan) -> bool:
        """Say whether a plan would be done in time and in memory, and is not too large."""
        in_memory = plan.possible and plan.memory_bytes <= self.memory_bytes
        return in_memory and self._in_time(plan) and self._in_size(plan)

    def promises(self, plan: Plan) -> bool:
        """Say whether a plan would still be done should there be a little less by then."""
        careful = replace(
            self, seconds=self.seconds / PROMISE, memory_bytes=self.memory_bytes / PROMISE
        )
        return careful.allows(plan)

    def lacks(self, plan: Plan) -> Lacking:
        """Say what a plan that is not allowed wants."""
        if not self._in_size(plan):
            return "pixels"
        return "memory" if self._in_time(plan) else "time"

    def _in_size(self, plan: Plan) -> bool:
        is_large = math.prod(plan.result_size) > self.result_pixels
        return plan.effect.for_viewing or not is_large  # those are small whatever the picture is

    def _in_time(self, plan: Plan) -> bool:
        return plan.seconds * MARGIN <= self.seconds


@dataclass(frozen=True, slots=True)
class Refusal:
    """No model would be done with a picture; what would."""

    plan: Plan
    """Of the model that comes nearest."""
    lacking: Lacking
    alternatives: tuple[Effect, ...]
    """Other effects that would be done with the same picture."""
    largest: Size | None
    """The largest picture of the same shape that would be done; None when hardly any would."""
    smaller: Plan | None = None
    """The same effect after the picture was made smaller, which would be done and still give more
    than the picture is; None where that is none."""


Choice = Plan | Refusal
Candidates = Callable[[Effect], Iterable[Candidate]]
"""The models of an effect, best first; asked for one by one, since measuring takes a moment."""


def channels(model: Model) -> int:
    """Return how wide a network is."""
    named = (model.parameters.get(name) for name in ("n_feats", "features", "channels"))
    return next((value for value in named if isinstance(value, int)), _USUAL_CHANNELS)


def predict(candidate: Candidate, effect: Effect, size: Size) -> Plan:
    """Predict what an effect will cost.

    Args:
        candidate: the model, and how fast it is here.
        effect: what is to be done.
        size: width and height of the picture, pixels.
    """
    model, speed = candidate.model, candidate.speed
    result_pixels = math.prod(effect.output_size(size))
    runs, shown = effect.passes(size)
    operations = runs * candidate.layout.seen(shown) * model.operations_per_pixel
    return Plan(
        effect=effect,
        size=size,
        model=model,
        effect_seconds=(
            speed.seconds_per_job
            + operations / speed.operations_per_second
            + result_pixels * speed.seconds_per_pixel
        ),
        encoding_seconds=result_pixels * speed.encoding_seconds_per_pixel,
        memory_bytes=_memory(candidate, effect, size),
        result_size=effect.output_size(size),
        possible=candidate.layout.takes(shown),
    )


def choose(
    effect: Effect,
    size: Size,
    budget: Budget,
    candidates: Candidates,
    others: Iterable[Effect] = (),
) -> Choice:
    """Choose the best model that is done within the budget, or find what would be.

    A better model is taken as long as it needs no more than the person's patience; then it is the
    quickest one that counts.

    Args:
        effect: what is asked for.
        size: width and height of the picture, pixels.
        budget: time and memory there are.
        candidates: the models of an effect; of this one there has to be at least one.
        others: effects that may be named instead.

    Raises:
        ValueError: there is no model for the effect.
    """
    plans: list[tuple[Plan, Candidate]] = []
    for candidate in candidates(effect):
        plan = predict(candidate, effect, size)
        if budget.allows(plan) and plan.seconds <= budget.patience:
            return plan
        plans.append((plan, candidate))
    if not plans:
        raise ValueError(f"no model for {effect.code}")
    allowed = [plan for plan, _ in plans if budget.allows(plan)]
    if allowed:
        return min(allowed, key=lambda plan: plan.seconds)
    quickest, _ = min(plans, key=lambda pair: pair[0].seconds)
    found = [candidate for _, candidate in plans]
    return Refusal(
        plan=quickest,
        lacking=budget.lacks(quickest),
        alternatives=tuple(
            other
            for other in others
            if other != effect and _is_promised(other, size, budget, candidates(other))
        ),
        largest=nearest.largest(size, lambda s: _is_promised(effect, s, budget, found)),
        smaller=_smaller(effect, size, budget, found),
    )


def _smaller(
    effect: Effect, size: Size, budget: Budget, candidates: Sequence[Candidate]
) -> Plan | None:
    """Plan an effect for a picture that is made smaller first, as little as may be.

    Returns:
        A plan whose result is larger than the picture, or None.
    """

    def planned(side: int) -> Plan | None:
        return _promised(effect.smaller(side), size, budget, candidates)

    _, shown = effect.passes(size)
    side = nearest.longest_side(max(shown), lambda side: planned(side) is not None)
    plan = planned(side) if side else None
    return plan if plan and max(plan.result_size) > max(size) else None


def _is_promised(
    effect: Effect, size: Size, budget: Budget, candidates: Iterable[Candidate]
) -> bool:
    return _promised(effect, size, budget, candidates) is not None


def _promised(
    effect: Effect | None, size: Size, budget: Budget, candidates: Iterable[Candidate]
) -> Plan | None:
    """Return the plan with the best model that would be done, if any would."""
    if effect is None:
        return None
    plans = (predict(candidate, effect, size) for candidate in candidates)
    return next(filter(budget.promises, plans), None)


def _memory(candidate: Candidate, effect: Effect, size: Size) -> int:
    """Add up the pictures that are there at once and what the network keeps of a part."""
    result_pixels = math.prod(effect.output_size(size))
    _, shown = effect.passes(size)
    part = round(candidate.layout.largest(shown) * candidate.values * _FLOAT_BYTES)
    made_first = PILLOW_BYTES * math.prod(shown) if shown != size else 0
    return made_first + effect.memory_bytes(part, result_pixels)
