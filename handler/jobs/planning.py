"""What a job will cost, in words for the person who waits."""

from handler.jobs import limits
from handler.jobs.failures import WouldNotFinishError
from handler.jobs.job import Job
from handler.jobs.model_thread import Request
from handler.settings import Settings
from handler.texts import wording
from handler.texts.say import Say
from handler.texts.texts import Texts
from model_layer.effects import Neon, Size
from model_layer.planning.memory import free_bytes
from model_layer.planning.planner import Budget, Plan, Refusal


def request(job: Job, size: Size, seconds_left: float, settings: Settings) -> Request:
    """Ask for a plan: what there is for a job, and what could be done instead.

    Args:
        job: to be planned.
        size: of the job's picture, pixels.
        seconds_left: until the job has to be done.
        settings: patience, and limits of size.
    """
    budget = Budget(seconds_left, free_bytes(), settings.patience_seconds)
    others = limits.fitting(size, settings)
    return Request(job.effect, size, job.model_digest, budget, others, job.inputs)


def refused(refusal: Refusal, say: Say) -> WouldNotFinishError:
    """Put into words that nothing comes of a job, and what would be possible."""
    return WouldNotFinishError(
        lacking=refusal.lacking,
        duration=wording.duration(say, refusal.plan.seconds),
        instead=_instead(refusal, say),
    )


class WorkingText:
    """The text of a status message while a job is worked on; call it with a percentage.

    Args:
        texts: what the bot says.
        job: what is done.
    """

    def __init__(self, texts: Texts, job: Job) -> None:
        self._say = Say(texts, job.language)
        self._effect = job.effect
        self.plan: Plan | None = None
        """Set it as soon as there is one: then the text says how long it takes from there."""

    def __call__(self, percent: int) -> str:
        """Return the text."""
        effect = self._effect
        if isinstance(effect, Neon):
            text = self._say("status-working-neon", percent=percent)
        else:
            text = self._say("status-working-upscale", percent=percent, scale=effect.scale)
        if self.plan is None:
            return text
        left = self.plan.effect_seconds * (1 - percent / 100) + self.plan.encoding_seconds
        duration = wording.duration(self._say, left)
        return f"{text}\n{self._say('status-time-left', duration=duration)}"


def _instead(refusal: Refusal, say: Say) -> str:
    """Name what would be done: of the same kind, of a smaller picture, or anything at all."""
    asked = wording.kind(refusal.plan.effect)
    alike = [effect for effect in refusal.alternatives if wording.kind(effect) == asked]
    if not alike and refusal.largest:
        width, height = map(str, refusal.largest)  # as text: no thousands separators
        return say("instead-smaller", width=width, height=height)
    if names := wording.names(say, alike or refusal.alternatives):
        return say("instead-others", alternatives=names)
    return say("instead-nothing")
