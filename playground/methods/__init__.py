"""The Bot API methods that the playground knows; importing this fills the table."""

from playground.methods import (
    callbacks,
    editing,
    files,
    media,
    messages,
    profile,
    profile_photo,
    rich_messages,
    updates,
)
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
    "profile_photo",
    "rich_messages",
    "updates",
]
