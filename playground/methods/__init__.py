"""The Bot API methods that the playground knows; importing this fills the table."""

from playground.methods import callbacks, editing, files, media, messages, profile, rich, updates
from playground.methods.registry import METHODS, Invocation, Method

__all__ = [
    "METHODS",
    "Invocation",
    "Method",
    "callbacks",
    "editing",
    "files",
    "media",
    "messages",
    "profile",
    "rich",
    "updates",
]
