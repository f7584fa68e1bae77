"""How long an effect will take and how much memory it needs, told before it begins.

Pure functions of the picture's size, the manifest's entry and measured speeds. Light: imports no
network library.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from model_layer.effects import Effect, Size
from model_layer.planning.layout import Layout
from model_layer.store.manifest import Model

MARGIN = 1.2
"""Time kept in hand: a prediction may be this factor too short."""
PROMISE = 1.25
"""Time and memory kept in hand beyond that by what is named instead: until the person has read it
and pressed, others may be at work and the speed may be another."""
SMALLEST_SIDE = 32
"""No picture smaller than this is named as one that would finish, pixels."""
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

    def allows(self, plan: Plan) -> bool:
        """Say whether a plan would be done in time and in memory."""
        in_memory = plan.possible and plan.memory_bytes <= self.memory_bytes
        return in_memory and self._in_time(plan)

    def promises(self, plan: Plan) -> bool:
        """Say whether a plan would still be done should there be a little less by then."""
        careful = replace(
            self, seconds=self.seconds / PROMISE, memory_bytes=self.memory_bytes / PROMISE
        )
        return careful.allows(plan)

    def lacks(self, plan: Plan) -> Literal["time", "memory"]:
        """Say what a plan that is not allowed wants."""
        return "memory" if self._in_time(plan) else "time"

    def _in_time(self, plan: Plan) -> bool:
        return plan.seconds * MARGIN <= self.seconds


@dataclass(frozen=True, slots=True)
class Refusal:
    """No model would be done with a picture; what would."""

    plan: Plan
    """Of the model that comes nearest."""
    lacking: Literal["time", "memory"]
    alternatives: tuple[Effect, ...]
    """Other effects that would be done with the same picture."""
    largest: Size | None
    """The largest picture of the same shape that would be done; None when hardly any would."""


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
        possible=candidate.layout.takes(size),
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
    nearest, _ = min(plans, key=lambda pair: pair[0].seconds)
    return Refusal(
        plan=nearest,
        lacking=budget.lacks(nearest),
        alternatives=tuple(
            other
            for other in others
            if other != effect and _is_promised(other, size, budget, candidates(other))
        ),
        largest=largest(effect, size, budget, [candidate for _, candidate in plans]),
    )


def largest(
    effect: Effect, size: Size, budget: Budget, candidates: Sequence[Candidate]
) -> Size | None:
    """Find the largest picture of a shape that is done within a budget, in round numbers.

    Args:
        effect: what is to be done.
        size: of a picture that is too large; gives the shape.
        budget: time and memory there are.
        candidates: the models of the effect.

    Returns:
        A size, or None when not even one of :data:`SMALLEST_SIDE` would be done.
    """
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        if _is_promised(effect, _scaled(size, middle), budget, candidates):
            low = middle
        else:
            high = middle
    found = _rounded_down(_scaled(size, low))
    # Where fewer tiles fit a smaller picture, they may be larger.
    while min(found) >= SMALLEST_SIDE and not _is_promised(effect, found, budget, candidates):
        found = _rounded_down(_scaled(found, 0.95))
    return found if low > 0 and min(found) >= SMALLEST_SIDE else None


def _is_promised(
    effect: Effect, size: Size, budget: Budget, candidates: Iterable[Candidate]
) -> bool:
    return any(budget.promises(predict(candidate, effect, size)) for candidate in candidates)


def _scaled(size: Size, factor: float) -> Size:
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _rounded_down(size: Size) -> Size:
    """Round to two digits, as a person would name it; sides below 100 stay."""
    unit = 10 ** max(0, len(str(min(size))) - 2)
    return size[0] // unit * unit, size[1] // unit * unit


def _memory(candidate: Candidate, effect: Effect, size: Size) -> int:
    """Add up the pictures that are there at once and what the network keeps of a part."""
    result_pixels = math.prod(effect.output_size(size))
    _, shown = effect.passes(size)
    part = round(candidate.layout.largest(shown) * candidate.values * _FLOAT_BYTES)
    return effect.memory_bytes(part, result_pixels)
