"""The connection to Telegram."""

import gc
import weakref

from aiogram import Bot
from aiogram.methods import GetMe, Response
from aiogram.types import User

from handler.telegram.client import TelegramSession


def test_the_model_of_an_answer_is_built_once() -> None:
    """pydantic would forget it after each answer: the webhook stood still while it was rebuilt."""
    bot = Bot("1:a", TelegramSession())
    answer = '{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "B"}}'
    bot.session.check_response(bot, GetMe(), 200, answer)
    model = weakref.ref(Response[User])
    gc.collect()
    assert model() is not None
