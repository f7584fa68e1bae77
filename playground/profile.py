"""What the bot says about itself: name, descriptions and commands, by language."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.events import Json

DEFAULT_NAME = "Playground bot"


@dataclass
class Profile:
    """Texts by language code; "" holds what everybody else sees."""

    username: str = "playground_bot"
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)

    def name(self) -> str:
        """Return the bot's name as getMe tells it."""
        return self.names.get("", DEFAULT_NAME)
