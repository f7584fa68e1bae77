"""What is remembered of a person: small things, each of a topic whose lifetime is stated here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

Note = Mapping[str, Any]
"""A small JSON object: names, numbers and Telegram's ids, never a picture."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a note is about."""

    name: str
    """Without ``#``; a text ``privacy-NAME`` tells people of it."""
    seconds: float | None
    """How long a note is kept after it was put; None for until it is forgotten."""


SETTINGS: Final = Topic("settings", None)
"""What a person has chosen with /settings."""
WISH: Final = Topic("wish", 3600.0)
"""The effect of a link that the person came by, for the next picture."""
ALBUM: Final = Topic("album", 24 * 3600.0)
"""The pictures of an album, Telegram's ids of each, for the buttons that are for all of them."""

TOPICS: Final = (SETTINGS, WISH, ALBUM)


class Memory(Protocol):
    """Notes of a person by topic and key; a note whose time is over counts as absent.

    Each note is written by itself: of two that are put at once under different keys none is lost.
    """

    async def get(self, person: int, topic: Topic, key: str = "") -> Note | None:
        """Return a note, if it is still known."""
        ...

    async def entries(self, person: int, topic: Topic, prefix: str = "") -> dict[str, Note]:
        """Return a person's notes of a topic whose keys begin so, in the order of their keys."""
        ...

    async def put(self, person: int, topic: Topic, note: Note, key: str = "") -> None:
        """Remember a note for the topic's time from now, in place of one under the same key."""
        ...

    async def delete(self, person: int, topic: Topic, key: str = "") -> None:
        """Drop a note; one that is not known is no error."""
        ...

    async def forget(self, person: int) -> None:
        """Drop everything that is remembered of a person."""
        ...
