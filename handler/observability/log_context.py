"""Ids that go with every line of the log: which update, chat and job it is about.

They follow the work through tasks and threads of asyncio, and hold no personal data: a chat shows
as a pseudonym.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final

PSEUDONYM_LENGTH: Final = 12

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=_NOTHING)


@contextmanager
def log_context(**ids: Any) -> Iterator[None]:
    """Add ids to every line that is logged meanwhile."""
    token = _ids.set({**_ids.get(), **{name: str(value) for name, value in ids.items()}})
    try:
        yield
    finally:
        _ids.reset(token)


def current_ids() -> Mapping[str, str]:
    """Return the ids of the current work."""
    return _ids.get()


def pseudonym(chat_id: int, key: str) -> str:
    """Return a name for a chat that tells nobody who it is without the key.

    Chat ids are short numbers, so a plain hash could be undone by trying them all.
    """
    digest = hmac.new(key.encode(), str(chat_id).encode(), hashlib.sha256)
    return digest.hexdigest()[:PSEUDONYM_LENGTH]


class IdsFilter(logging.Filter):
    """Puts the ids on records, as attributes; on a handler, and in the logging task itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        record.__dict__.update(_ids.get())
        return True
