"""A local stand-in for Telegram: its Bot API, people to talk to the bot, and a chat page."""

from handler.playground.bot_api import Call
from handler.playground.errors import ApiError, RetryAfter
from handler.playground.person import Person
from handler.playground.server import Playground

__all__ = ["ApiError", "Call", "Person", "Playground", "RetryAfter"]
