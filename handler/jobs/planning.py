"""What a job will cost, in words for the person who waits."""

from handler.jobs.failures import WouldNotFinishError
from handler.jobs.job import Job
from handler.texts import wording
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import Plan, Refusal


def refused(refusal: Refusal, translate: Translator) -> WouldNotFinishError:
    """Put into words that nothing comes of a job, and what would be possible."""
    return WouldNotFinishError(
        lacking=refusal.lacking,
        duration=wording.duration(translate, refusal.plan.seconds),
        instead=_instead(refusal, translate),
    )


class WorkingText:
    """The text of a status message while a job is worked on; call it with a percentage.

    Args:
        texts: what the bot says.
        job: what is done.
    """

    def __init__(self, texts: Texts, job: Job) -> None:
        self._translate = Translator(texts, job.language)
        self._effect = job.effect
        self.plan: Plan | None = None
        """Set it as soon as there is one: then the text says how long it takes from there."""

    def __call__(self, percent: int) -> str:
        """Return the text."""
        effect = self._effect
        text = self._translate(
            f"status-working-{effect.family}", percent=percent, **effect.parameters
        )
        if self.plan is None:
            return text
        left = self.plan.effect_seconds * (1 - percent / 100) + self.plan.encoding_seconds
        duration = wording.duration(self._translate, left)
        return f"{text}\n{self._translate('status-time-left', duration=duration)}"


def _instead(refusal: Refusal, translate: Translator) -> str:
    """Name what would be done: of the same kind, of a smaller picture, or anything at all."""
    asked = refusal.plan.effect.family
    alike = [effect for effect in refusal.alternatives if effect.family == asked]
    if not alike and refusal.largest:
        width, height = map(str, refusal.largest)  # as text: no thousands separators
        return translate("instead-smaller", width=width, height=height)
    if names := wording.names(translate, alike or refusal.alternatives):
        return translate("instead-others", alternatives=names)
    return translate("instead-nothing")
