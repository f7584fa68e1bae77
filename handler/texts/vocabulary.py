"""Words for effects: "neon sunset", "×4", "сделай крупнее", in all languages at once.

The words are texts, so that a language stays one file: ``words-FAMILY``, ``words-FAMILY-VALUE`` for
the values of :meth:`Effect.choices`, and ``words-also`` for what may stand beside them and means
nothing. Commas stand between them. A value's own name is always understood.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from handler.texts.texts import Texts
from model_layer.effects import FAMILIES, Effect

MAX_LENGTH: Final = 100
"""Characters of a wish; what is longer is a story."""

_TIMES: Final = re.compile(r"(?<![^\W_])[xх*]\s*(\d)(?!\d)|(?<!\d)(\d)\s*[xх*](?![^\W_])")
_TOKEN: Final = re.compile(r"x\d(?!\d)|\d+|[^\W\d_]+")

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word says: a value of something."""

    family: str
    parameter: str = ""
    """Of the family; empty where the word names just that."""
    value: object = None
    is_enough: bool = True
    """Whether it says what is wanted without other words; a bare number does not."""


class Vocabulary:
    """Understands what people write beside pictures.

    Args:
        texts: have the words.
    """

    def __init__(self, texts: Texts) -> None:
        self._phrases: dict[Tokens, Meaning | None] = {}
        for phrase, meaning in _phrases(texts):
            self._phrases.setdefault(phrase, meaning)
        self._longest = max(map(len, self._phrases))

    def understand(
        self, text: str, usual: Callable[[Effect], Effect] = lambda effect: effect
    ) -> Effect | None:
        """Return what is asked for; None unless every word is understood, and in one way only.

        Args:
            text: what somebody has written.
            usual: returns what is meant by an effect where the words leave something open.
        """
        meanings = self._meanings(tokens(text)) if len(text) <= MAX_LENGTH else None
        if not meanings or not any(meaning.is_enough for meaning in meanings):
            return None
        families = {meaning.family for meaning in meanings}
        values = {(meaning.parameter, meaning.value) for meaning in meanings if meaning.parameter}
        chosen: dict[str, Any] = dict(values)
        if len(families) > 1 or len(chosen) < len(values):
            return None
        meant: Any = usual(FAMILIES[families.pop()](**chosen))
        effect: Effect = replace(meant, **chosen)
        return effect

    def _meanings(self, words: Tokens) -> list[Meaning] | None:
        """Return what phrases mean, the longest each time; None where there is none."""
        meanings = []
        while words:
            lengths = range(min(self._longest, len(words)), 0, -1)
            found = next((n for n in lengths if words[:n] in self._phrases), None)
            if found is None:
                return None
            meaning = self._phrases[words[:found]]
            if meaning:
                meanings.append(meaning)
            words = words[found:]
        return meanings


def tokens(text: str) -> Tokens:
    """Return the words of a text: small letters without accents, ``x4`` for every "4 ×"."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("×", "x")
    return tuple(_TOKEN.findall(_TIMES.sub(lambda found: f" x{found[1] or found[2]} ", text)))


def _phrases(texts: Texts) -> Iterator[tuple[Tokens, Meaning | None]]:
    """Yield the phrases and what they mean; of two meanings the first counts."""
    families = {name: family for name, family in FAMILIES.items() if family.offered()}
    for name in families:
        yield from _said(texts, f"words-{name}", Meaning(name))
    for name, family in families.items():
        for parameter, values in family.choices().items():
            for value in values:
                meaning = Meaning(name, parameter, value)
                yield from _said(texts, f"words-{name}-{value}", meaning)
                is_number = isinstance(value, int)
                yield tokens(str(value)), Meaning(name, parameter, value, not is_number)
    yield from _said(texts, "words-also", None)


def _said(
    texts: Texts, key: str, meaning: Meaning | None
) -> Iterator[tuple[Tokens, Meaning | None]]:
    for text in texts.in_all_languages(key):
        for phrase in text.split(","):
            yield tokens(phrase), meaning
