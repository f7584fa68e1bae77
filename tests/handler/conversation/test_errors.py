import logging

import pytest

from handler.playground import ApiError
from tests.handler.running_bot import RunningBot, is_text

REFUSED = ApiError(400, "Bad Request: something new")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_an_unforeseen_failure_is_logged_and_the_person_told(
    bot: RunningBot, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    alice = bot.telegram.person(language=language)
    bot.telegram.fail_next("sendMessage", REFUSED)
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "error-unexpected")))
    record = next(r for r in caplog.records if r.name == "handler.conversation.errors")
    assert record.levelno == logging.ERROR
    assert str(bot.updates[-1]["update_id"]) in record.getMessage()
    assert record.exc_info


async def test_a_failure_is_not_repeated_for_ever(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    bot.telegram.fail_next("sendMessage", REFUSED, times=2)  # not even the apology arrives
    await alice.send_text("/help")
    await alice.send_text("hello")
    await alice.wait_for(is_text(bot.texts(alice, "hint-text")))
    assert len(bot.updates) == 2


async def test_a_person_who_blocked_the_bot_is_left_alone(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    alice.block()
    await alice.send_text("/help")
    await bot.telegram.wait_for_call(lambda call: call.method == "sendMessage" and not call.ok)
    await bob.send_text("/help")
    await bob.wait_for(is_text(bot.texts(bob, "help")))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
