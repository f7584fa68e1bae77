"""What the bot says about itself: name, descriptions, commands and photo."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from playground.events import Json

DEFAULT_NAME = "Playground bot"

Commands = dict[str, list[Json]]
"""By language code; "" holds what everybody else sees."""


def scope_key(scope: Json) -> str:
    """Return one spelling of a BotCommandScope, to find its commands by."""
    return json.dumps(scope, sort_keys=True)


@dataclass
class Profile:
    """Texts by language code; "" holds what everybody else sees.

    Attributes:
        commands: by scope, as :func:`scope_key` spells it.
        photos: the profile photos, each in its sizes, the newest first.
    """

    username: str = "playground_bot"
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, Commands] = field(default_factory=dict)
    photos: list[list[Json]] = field(default_factory=list)

    def name(self) -> str:
        """Return the bot's name as getMe tells it."""
        return self.names.get("", DEFAULT_NAME)

    def commands_in(self, *types: str) -> Commands:
        """Return what people see where scopes of these types hold, the narrowest first.

        Within a scope the commands of a language come before those for all, as in Telegram.
        """
        tables = [self.commands.get(scope_key({"type": name}), {}) for name in types]
        languages = {language for table in tables for language in table}
        seen: Commands = {}
        for language in languages:
            lists = [table.get(key) for table in tables for key in (language, "")]
            seen[language] = next((commands for commands in lists if commands), [])
        return seen
