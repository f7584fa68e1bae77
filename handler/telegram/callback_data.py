"""What buttons send back: one grammar, at most 64 bytes, as Telegram demands.

``@verb[:argument…]`` is an action. Anything else asks for an effect by its code: of the picture
that the message with the button replies to, or, after a ``+``, of the message's own picture. Then
may follow ``~`` and the form in which the result is wanted; and, in either case, ``#`` and a tag
that says for whom the button is. Buttons live as long as the chats they are in: what once had a
meaning keeps it.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Self, get_args

from handler.telegram.delivery import Form
from model_layer import Effect, UnknownEffectError, parse_effect

MAX_BYTES: Final = 64
MAX_TAG: Final = 17
"""Characters of a tag: what the longest effect in any form leaves room for."""

_VERB: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_ARGUMENT: Final = re.compile(r"[\w.+~-]+", re.ASCII)
_TAG: Final = re.compile(rf"[\w-]{{1,{MAX_TAG}}}", re.ASCII)
_OWN: Final = "+"


class UnknownDataError(ValueError):
    """No button of any version sends this."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done that is no effect.

    Raises:
        UnknownDataError: it would not be read back, or is too long.
    """

    verb: str
    """Words of small letters, joined by ``-``."""
    arguments: tuple[str, ...] = ()
    """Of letters, digits and ``_.+~-`` each."""
    tag: str = ""

    def __post_init__(self) -> None:
        parts_fit = all(map(_ARGUMENT.fullmatch, self.arguments))
        if not (_VERB.fullmatch(self.verb) and parts_fit):
            raise UnknownDataError(f"no action: {self.verb!r} {self.arguments!r}")
        _check(self.tag, str(self))

    def __str__(self) -> str:
        """Return what the button sends back."""
        return "@" + ":".join((self.verb, *self.arguments)) + (self.tag and f"#{self.tag}")

    def tagged(self, tag: str) -> Self:
        """Return the same for one person only."""
        return replace(self, tag=tag)


@dataclass(frozen=True, slots=True)
class Wish:
    """An effect that is asked for.

    Raises:
        UnknownDataError: its tag would not be read back, or it is too long.
    """

    effect: Effect
    own: bool = False
    """Of the picture in the message with the button, not of the one it replies to."""
    form: Form | None = None
    """How the result is to be sent; None for as is usual."""
    tag: str = ""

    def __post_init__(self) -> None:
        _check(self.tag, str(self))

    def __str__(self) -> str:
        """Return what the button sends back."""
        form = f"~{self.form}" if self.form else ""
        return f"{_OWN * self.own}{self.effect.code}{form}" + (self.tag and f"#{self.tag}")

    def tagged(self, tag: str) -> Self:
        """Return the same for one person only."""
        return replace(self, tag=tag)


CallbackData = Action | Wish


def parse(data: str | None) -> CallbackData:
    """Read what a button sent back; ``str`` writes it again.

    Raises:
        UnknownDataError: it means nothing.
    """
    content, has_tag, tag = (data or "").partition("#")
    if has_tag and not tag:
        raise UnknownDataError(f"an empty tag: {data!r}")
    if content.startswith("@"):
        verb, *arguments = content[1:].split(":")
        return Action(verb, tuple(arguments), tag)
    code, has_form, form = content.removeprefix(_OWN).partition("~")
    if has_form and form not in get_args(Form):
        raise UnknownDataError(f"no such form: {data!r}")
    try:
        effect = parse_effect(code)
    except UnknownEffectError as error:
        raise UnknownDataError(str(error)) from None
    # An empty form is None; others are known by now.
    return Wish(effect, content.startswith(_OWN), form or None, tag)  # type: ignore[arg-type]


def as_action(data: str | None, verb: str) -> Action | None:
    """Return the action, if this is one of ``verb``: a filter for handlers."""
    found = _parsed(data)
    return found if isinstance(found, Action) and found.verb == verb else None


def as_wish(data: str | None) -> Wish | None:
    """Return the wish for an effect, if this is one: a filter for handlers."""
    found = _parsed(data)
    return found if isinstance(found, Wish) else None


def _parsed(data: str | None) -> CallbackData | None:
    try:
        return parse(data)
    except UnknownDataError:
        return None


def _check(tag: str, data: str) -> None:
    if tag and not _TAG.fullmatch(tag):
        raise UnknownDataError(f"no tag: {tag!r}")
    if len(data.encode()) > MAX_BYTES:
        raise UnknownDataError(f"{data!r} is longer than {MAX_BYTES} bytes")
