"""Texts that depend on effects."""

from collections.abc import Iterable

from handler.texts.translator import Translator
from model_layer.effects import FAMILIES, Effect, Size


def question(translate: Translator, effects: Iterable[Effect], *, of_album: bool = False) -> str:
    """Ask what is to be done with a picture.

    Args:
        translate: in the person's language.
        effects: to choose from.
        of_album: whether the question is about all pictures of an album.
    """
    offered = dict.fromkeys(effect.family for effect in effects)
    left_out = " ".join(
        name
        for name, family in FAMILIES.items()
        if family.offered() and name not in offered and not (of_album and family.for_viewing)
    )
    if left_out:
        first = translate("choose-effect-without", families=left_out)
    else:
        first = translate("choose-effect-album" if of_album else "choose-effect")
    return "\n".join((first, "", *(translate(f"choose-effect-{family}") for family in offered)))


def queued(
    translate: Translator, effect: Effect, own: int, others: int, seconds: float | None = None
) -> str:
    """Return the status of a job that waits.

    Args:
        translate: in the person's language.
        effect: of the job.
        own: jobs of the same person before it.
        others: other people's.
        seconds: until its turn, if that is known.
    """
    text = translate("status-queued", effect=effect.family, own=own, others=others)
    if seconds is None:
        return text
    return f"{text}\n{translate('status-turn-in', duration=duration(translate, seconds))}"


def caption(translate: Translator, effect: Effect, *, reduced: bool) -> str:
    """Say what a result is, and whether it is less than was promised."""
    text = translate(f"caption-{effect.family}", **effect.parameters)
    return f"{text}\n\n{translate('caption-reencoded')}" if reduced else text


def too_many_pixels(translate: Translator, size: Size) -> str:
    """Say that a picture is too large for anything."""
    width, height = map(str, size)  # as text: sizes in pixels have no thousands separators
    return translate("error-too-many-pixels", width=width, height=height)


def names(translate: Translator, effects: Iterable[Effect]) -> str:
    """List effects, those of one name once, such as all strengths of neon."""
    each = (translate(f"effect-{effect.family}", **effect.parameters) for effect in effects)
    return ", ".join(dict.fromkeys(each))


def duration(translate: Translator, seconds: float) -> str:
    """Say about how long something takes, no more exactly than it can be known."""
    if seconds < 60:
        step = 1 if seconds < 20 else 5
        rounded = min(55, max(1, round(seconds / step) * step))
        return translate("duration-seconds", seconds=rounded)
    if seconds < 5400:
        return translate("duration-minutes", minutes=round(seconds / 60))
    return translate("duration-hours", hours=round(seconds / 3600))
