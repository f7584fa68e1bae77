"""Texts that depend on effects."""

from collections.abc import Iterable

from handler.jobs.limits import fitting
from handler.settings import Settings
from handler.texts.say import Say
from model_layer.effects import Effect, Neon, Size


def kind(effect: Effect) -> str:
    """Return the effect's family, as keys and variables of the texts name it."""
    return "neon" if isinstance(effect, Neon) else "upscale"


def queued(say: Say, effect: Effect, ahead: int) -> str:
    """Return the status of a job that waits behind ``ahead`` others."""
    return say("status-queued", effect=kind(effect), ahead=ahead)


def too_many_pixels(say: Say, size: Size, settings: Settings) -> str:
    """Say that a picture is too large for what was asked, and what would still work."""
    return say(
        "error-too-many-pixels",
        width=str(size[0]),  # as text: sizes in pixels have no thousands separators
        height=str(size[1]),
        alternatives=alternatives(say, size, settings),
    )


def alternatives(say: Say, size: Size, settings: Settings) -> str:
    """Name what a picture is small enough for, all strengths of neon as one; or ``none``."""
    return names(say, fitting(size, settings)) or "none"


def names(say: Say, effects: Iterable[Effect]) -> str:
    """List effects, all strengths of neon as one."""
    each = (
        say("effect-neon")
        if isinstance(effect, Neon)
        else say("effect-upscale", scale=effect.scale)
        for effect in effects
    )
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
