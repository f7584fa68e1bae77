"""What these tests share with those of jobs, and a status message."""

import pytest
from aiogram import Bot

from handler.telegram.status import StatusMessage
from playground import Person
from tests.handler.jobs.conftest import bot, person, telegram
from tests.handler.jobs.pictures import encoded, gradient

__all__ = ["bot", "person", "telegram"]


@pytest.fixture
async def status(bot: Bot, person: Person) -> StatusMessage:
    """A status message under a person's picture."""
    picture = await person.send_photo(encoded(gradient()))
    status = StatusMessage(bot, person.id, None, reply_to=picture["message_id"])
    await status.send("Hold on")
    return status
