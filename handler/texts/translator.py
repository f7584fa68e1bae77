"""The bot's texts in one person's language."""

from dataclasses import dataclass
from typing import Any

from handler.texts.texts import Texts


@dataclass(frozen=True, slots=True)
class Translator:
    """The bot's texts in one person's language: ``translate("help")``."""

    texts: Texts
    language: str
    """One of the spoken languages."""

    def __call__(self, key: str, **args: Any) -> str:
        """Return the text ``key`` with its variables filled in."""
        return self.texts.get(self.language, key, **args)
