"""What a job will cost, in words for the person who waits."""

import time
from collections.abc import Callable
from typing import Final

from handler.jobs.failures import WouldNotFinishError
from handler.jobs.job import Job
from handler.texts import wording
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import Effect, Plan, Refusal

TRUSTED_SHARE: Final = 0.3
"""Of an effect: when so much is done, the rest is believed to go at the same pace."""


def refused(refusal: Refusal, translate: Translator) -> WouldNotFinishError:
    """Put into words that nothing comes of a job, and what would be possible."""
    alike = _alike(refusal)
    return WouldNotFinishError(
        refusal,
        duration=wording.duration(translate, refusal.plan.seconds),
        instead=_instead(refusal, alike, translate),
        offered=alike or refusal.alternatives,
    )


class WorkingText:
    """The text of a status message while a job is worked on; call it with a percentage.

    Args:
        texts: what the bot says.
        job: what is done.
        is_warm: whether the networks' libraries are loaded, which takes seconds.
        clock: seconds from any point, for tests.
    """

    def __init__(
        self,
        texts: Texts,
        job: Job,
        *,
        is_warm: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._translate = Translator(texts, job.language)
        self._effect = job.effect
        self._is_warm = is_warm
        self._clock = clock
        self.plan: Plan | None = None
        """Of the job, when there is one."""
        self._began = 0.0
        self._percent = 0

    def begin(self, plan: Plan) -> None:
        """Say from here on how long it takes: now the effect is applied as planned."""
        self.plan = plan
        self._began = self._clock()

    def __call__(self, percent: int) -> str:
        """Return the text."""
        self._percent = percent
        effect = self._effect
        if self.plan is None and not self._is_warm:
            return self._translate("status-warming", effect=effect.family)
        text = self._translate(
            f"status-working-{effect.family}", percent=percent, **effect.parameters
        )
        left = self.seconds_left()
        if left is None:
            return text
        duration = wording.duration(self._translate, left)
        return f"{text}\n{self._translate('status-time-left', duration=duration)}"

    def seconds_left(self) -> float | None:
        """Return how long the job still takes; None before there is a plan."""
        passed = self.seconds_passed()
        if self.plan is None or passed is None:
            return None
        return _seconds_left(self.plan, self._percent / 100, passed)

    def seconds_passed(self) -> float | None:
        """Return how long the effect has been applied; None before there is a plan."""
        return None if self.plan is None else self._clock() - self._began


def _seconds_left(plan: Plan, done: float, passed: float) -> float:
    """Estimate how long a job still takes.

    The more is done, the more counts the pace at which it was done, as against the plan's: the
    machine may have become busier, or less so.

    Args:
        plan: of the job.
        done: share of the effect, 0 to 1.
        passed: seconds since its beginning.
    """
    trust = min(1.0, done / TRUSTED_SHARE)
    seconds = plan.effect_seconds
    if done > 0:
        seconds = trust * passed / done + (1 - trust) * seconds
    return seconds * (1 - done) + plan.encoding_seconds


def _alike(refusal: Refusal) -> tuple[Effect, ...]:
    """Return what would be done of the same kind: the same but smaller, or less of it."""
    asked = refusal.plan.effect.family
    alike = tuple(effect for effect in refusal.alternatives if effect.family == asked)
    return (refusal.smaller.effect, *alike) if refusal.smaller else alike


def _instead(refusal: Refusal, alike: tuple[Effect, ...], translate: Translator) -> str:
    """Name what would be done: of the same kind, of a smaller picture, or anything at all."""
    if not alike and refusal.largest:
        width, height = map(str, refusal.largest)  # as text: no thousands separators
        return translate("instead-smaller", width=width, height=height)
    if names := wording.names(translate, alike or refusal.alternatives):
        return translate("instead-others", alternatives=names)
    return translate("instead-nothing")
