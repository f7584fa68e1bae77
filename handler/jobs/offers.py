"""What a person is offered: under a picture, and under each result."""

import math
from collections.abc import Iterator

from aiogram.types import InlineKeyboardMarkup

from handler.jobs.job import INPUTS, Job
from handler.telegram.callback_data import Action, Wish
from handler.telegram.deliver import Under
from handler.telegram.delivery import Kind, Outcome
from handler.telegram.download import MAX_BYTES
from handler.telegram.keyboards import (
    Button,
    Rows,
    album_keyboard,
    effects_keyboard,
    keyboard,
)
from handler.texts import wording
from handler.texts.translator import Translator
from model_layer import Effect, Inputs, Limits, ModelStore, ModelStoreError, Size, offered_effects
from model_layer.effects import FollowUp

SLIDESHOW = "slideshow"
"""The action that shows before and after one after the other."""


class Offers:
    """Offers only what will work, as far as that can be known.

    Args:
        store: the models there are.
        limits: of pictures and of results.
    """

    def __init__(self, store: ModelStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def first(self, source: Kind, size: Size | None = None) -> tuple[Effect, ...]:
        """Return the effects that a picture is offered, in the order of their buttons.

        Args:
            source: how the picture came.
            size: of it, pixels, if that is known.
        """
        effects = self._limits.allowed(size) if size else offered_effects()
        return tuple(self.usual(effect, source) for effect in effects)

    def usual(self, effect: Effect, source: Kind) -> Effect:
        """Return an effect as is usual for a picture that came so: crisp, say, for photos."""
        if INPUTS[source] == "compressed" and self._has(effect.for_compressed(), "compressed"):
            return effect.for_compressed()
        return effect

    def under(self, job: Job, outcome: Outcome) -> Rows:
        """Return the buttons under the result of a job, in rows.

        Args:
            job: that is done.
            outcome: what the result is like.
        """
        rows: list[list[Button]] = [
            [button for follow_up in row for button in self._buttons(follow_up, job, outcome)]
            for row in job.effect.follow_ups()
        ]
        if job.effect.lossless and job.form is None:
            rows[-1:] = [
                [*(rows[-1] if rows else []), Button("as-jpeg", Wish(job.effect, form="jpeg"))]
            ]
        return [row for row in rows if row]

    def of_album(self, job: Job, translate: Translator) -> tuple[str, InlineKeyboardMarkup]:
        """Return the question what else is to be done with all of an album, and its buttons.

        Args:
            job: for the album, that is done.
            translate: in the person's language.
        """
        effects = [job.as_preferred(e) for e in self.first(job.source) if not e.for_viewing]
        text = wording.question(translate, effects, of_album=True)
        return text, album_keyboard(effects_keyboard(translate, effects))

    def framed(self, job: Job, translate: Translator) -> Under:
        """Return what makes the caption and the buttons of a job's result.

        Args:
            job: that is done.
            translate: in the person's language.
        """

        def under(outcome: Outcome) -> tuple[str, InlineKeyboardMarkup | None]:
            caption = wording.caption(translate, job.effect, reduced=outcome.reduced)
            return caption, keyboard(translate, self.under(job, outcome))

        return under

    def _buttons(self, follow_up: FollowUp, job: Job, outcome: Outcome) -> Iterator[Button]:
        """Yield the button of a follow-up, and what belongs beside it; or nothing."""
        wanted, source = follow_up.effect, job.source
        if follow_up.as_preferred:
            wanted = job.as_preferred(wanted)
        own = follow_up.own
        if own:
            if job.of_result and wanted.uses_model:
                return  # what was made of a result already
            if not self._can_go_on(wanted, outcome):
                if not follow_up.or_original:
                    return
                own = False
            else:
                source = outcome.kind
                wanted = self.usual(wanted, source) if wanted.uses_model else wanted
        elif wanted.uses_model and not self._has(wanted, INPUTS[source]):
            return
        label = follow_up.label or wanted.family
        arguments = {**wanted.parameters, **follow_up.arguments}
        yield Button(label, Wish(wanted, own), arguments)
        # Telegram shows only what it has as photos.
        if wanted.needs_reference and (job.source, outcome.kind) == ("photo", "photo"):
            yield Button("slideshow", Action(SLIDESHOW))

    def _can_go_on(self, effect: Effect, outcome: Outcome) -> bool:
        """Say whether Telegram hands the result back, and whether it is small enough."""
        size = outcome.bytes if outcome.bytes is not None else math.inf
        if size > MAX_BYTES and outcome.kind == "document":
            return False
        return outcome.size is None or self._limits.allow(effect, outcome.size)

    def _has(self, effect: Effect, inputs: Inputs) -> bool:
        try:
            return self._store.prefers(effect, inputs)
        except ModelStoreError:
            return False
