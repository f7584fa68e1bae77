"""Texts that depend on effects."""

from collections.abc import Iterable

from handler.texts.say import Say
from model_layer.effects import FAMILIES, Effect, Size
from model_layer.planning.limits import Limits


def question(say: Say, effects: Iterable[Effect], *, is_next: bool) -> str:
    """Ask what is to be done with a picture.

    Args:
        say: in the person's language.
        effects: to choose from.
        is_next: whether the question is about another picture of the same album.
    """
    offered = dict.fromkeys(effect.family for effect in effects)
    left_out = " ".join(family for family in FAMILIES if family not in offered)
    if is_next and not left_out:
        return say("choose-effect-next")
    first = say("choose-effect-without", families=left_out) if left_out else say("choose-effect")
    return "\n".join((first, "", *(say(f"choose-effect-{family}") for family in offered)))


def queued(say: Say, effect: Effect, ahead: int) -> str:
    """Return the status of a job that waits behind ``ahead`` others."""
    return say("status-queued", effect=effect.family, ahead=ahead)


def too_many_pixels(say: Say, size: Size, limits: Limits) -> str:
    """Say that a picture is too large for what was asked, and what would still work."""
    return say(
        "error-too-many-pixels",
        width=str(size[0]),  # as text: sizes in pixels have no thousands separators
        height=str(size[1]),
        alternatives=alternatives(say, size, limits),
    )


def alternatives(say: Say, size: Size, limits: Limits) -> str:
    """Name what a picture is small enough for; or ``none``."""
    return names(say, limits.allowed(size)) or "none"


def names(say: Say, effects: Iterable[Effect]) -> str:
    """List effects, those of one name once, such as all strengths of neon."""
    each = (say(f"effect-{effect.family}", **effect.parameters) for effect in effects)
    return ", ".join(dict.fromkeys(each))


def duration(say: Say, seconds: float) -> str:
    """Say about how long something takes, no more exactly than it can be known."""
    if seconds < 60:
        step = 1 if seconds < 20 else 5
        rounded = min(55, max(1, round(seconds / step) * step))
        return say("duration-seconds", seconds=rounded)
    if seconds < 5400:
        return say("duration-minutes", minutes=round(seconds / 60))
    return say("duration-hours", hours=round(seconds / 3600))
