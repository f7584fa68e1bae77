"""A local stand-in for Telegram: its Bot API, people to talk to the bot, and a chat page."""

from playground.bot_api import Call
from playground.errors import ApiError, RetryAfter
from playground.faults import Fault
from playground.group import Group
from playground.person import Person
from playground.server import Playground
from playground.webhook import Delivery

__all__ = ["ApiError", "Call", "Delivery", "Fault", "Group", "Person", "Playground", "RetryAfter"]
