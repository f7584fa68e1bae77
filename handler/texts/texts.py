"""Every text the bot says, by the person's language (Project Fluent files in ``locales/``).

A language is one file there, named by its code. Its text ``language-codes`` lists the codes of the
people who read it, as Telegram sends them: its own, and those of languages without a file whose
speakers mostly read this one better than English.
"""

import logging
from functools import cache
from pathlib import Path
from typing import Any, Final

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Junk

from handler.settings import LOCALES

LANGUAGES: Final = tuple(sorted(path.stem for path in LOCALES.glob("*.ftl")))
BAR_CELLS: Final = 10

logger = logging.getLogger(__name__)


class TextsError(Exception):
    """A file of texts is missing or broken, or a language has none."""


class Texts:
    """The bot's texts in every language it speaks.

    Args:
        default_language: one of :data:`LANGUAGES`, for people whose language is not spoken.

    Raises:
        TextsError: no such language, or its file does not parse.
    """

    def __init__(self, default_language: str = "en") -> None:
        if default_language not in LANGUAGES:
            raise TextsError(f"no texts in {default_language!r}; there are: {', '.join(LANGUAGES)}")
        self._default = default_language
        self._bundles = {
            language: _load(language, LOCALES / f"{language}.ftl") for language in LANGUAGES
        }
        self._spoken = {code: name for name in LANGUAGES for code in self.codes(name)}

    def get(self, language: str | None, key: str, **args: Any) -> str:
        """Return the text ``key`` for a person, with the variables in ``args`` filled in.

        Args:
            language: IETF tag as Telegram sends it ("ru", "pt-BR"); None when it sends none.
            key: a message id of the ``.ftl`` files.
            **args: the text's variables (strings and numbers); what a text does not use is ignored.

        Raises:
            KeyError: no such text.
        """
        return self._say(self.spoken(language), key, args)

    def spoken(self, language: str | None) -> str:
        """Return which of :data:`LANGUAGES` is spoken with a person of ``language``."""
        tag = (language or "").replace("_", "-").lower()
        return self._spoken.get(tag) or self._spoken.get(tag.partition("-")[0], self._default)

    def codes(self, language: str) -> tuple[str, ...]:
        """Return the codes of the people with whom one of :data:`LANGUAGES` is spoken."""
        listed = self._say(language, "language-codes", {})
        return tuple(code.strip() for code in listed.split(","))

    def in_all_languages(self, key: str) -> list[str]:
        """Return a text without variables in every language that has it."""
        return [
            self._say(name, key, {})
            for name, bundle in self._bundles.items()
            if bundle.has_message(key)
        ]

    def _say(self, language: str, key: str, args: dict[str, Any]) -> str:
        bundle = self._bundles[language]
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = bundle.format_pattern(pattern, args)
        for error in errors:  # a text with a gap is better than none for the person who waits
            logger.error("text %r: %s", key, error)
        return str(text)


@cache
def _load(language: str, path: Path) -> FluentBundle:
    try:
        resource = FluentResource(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TextsError(f"cannot read {path}: {error.strerror}") from error
    for entry in resource.body or ():
        if isinstance(entry, Junk):
            raise TextsError(f"{path.name} does not parse: {(entry.content or '')[:60]!r}")
    # The runtime takes functions that return strings; only its annotations leave them out.
    functions: Any = {"BAR": _bar}
    # Isolation marks are for mixed writing directions; all these languages run left to right.
    bundle = FluentBundle([language], functions=functions, use_isolating=False)
    bundle.add_resource(resource)
    return bundle


def _bar(percent: float) -> str:
    """Draw percent as a bar: ``BAR($percent)`` in a text."""
    filled = round(min(100.0, max(0.0, percent)) / 100 * BAR_CELLS)
    return "▰" * filled + "▱" * (BAR_CELLS - filled)
