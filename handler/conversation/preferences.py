"""What a person has chosen with /settings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from handler.jobs.memory import SETTINGS, Memory, Note
from handler.texts.texts import LANGUAGES
from model_layer.effects import AUTO, FAMILIES, Effect, Strength
from model_layer.rigs import rigs

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "language": ("auto", *LANGUAGES),
        "light": (AUTO, *rigs()),
        "strength": tuple(map(str, Strength)),
        "form": ("same", "file"),
        "metadata": ("drop", "keep"),
    }
)
"""What each setting may be, in the order of the buttons."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """One of :data:`CHOICES` for each setting."""

    language: str = "auto"
    """``auto`` for the one that Telegram tells."""
    light: str = AUTO
    strength: str = Strength.NEON
    form: str = "same"
    """Whether a photo comes back as it was sent, or as a file."""
    metadata: str = "drop"
    """Whether a file keeps its date, camera, author and place."""

    @classmethod
    def of(cls, note: Note) -> "Preferences":
        """Read what was noted; what is no choice any more is as if never chosen."""
        return cls(**{name: note[name] for name in CHOICES if note.get(name) in CHOICES[name]})

    def prefer(self, effect: Effect) -> Effect:
        """Return what is meant by an effect that leaves light and strength open."""
        if effect != type(effect)():
            return effect
        chosen: dict[str, Any] = {"strength": Strength(self.strength), "light": self.light}
        return replace(effect, **{n: v for n, v in chosen.items() if n in effect.parameters})

    @property
    def preferred(self) -> tuple[str, ...]:
        """What is meant by effects that leave everything open, by code, unless the defaults."""
        open_ones = [family() for family in FAMILIES.values()]
        return tuple(self.prefer(one).code for one in open_ones if self.prefer(one) != one)

    @property
    def keeps_metadata(self) -> bool:
        """Whether files keep what they say beside their pixels."""
        return self.metadata == "keep"

    @property
    def sends_files(self) -> bool:
        """Whether every result is to come as a file."""
        return self.form == "file"


async def load(memory: Memory, person: int) -> Preferences:
    """Return what a person has chosen, the defaults where that is nothing."""
    return Preferences.of(await memory.get(person, SETTINGS) or {})


async def choose(memory: Memory, person: int, setting: str, choice: str) -> Preferences:
    """Remember one of :data:`CHOICES` until /forget; returns all that is chosen now."""
    chosen = replace(await load(memory, person), **{setting: choice})
    await memory.put(person, SETTINGS, asdict(chosen))
    return chosen
