import logging

import pytest
from aiogram.types import Update

from playground import ApiError, Fault, RetryAfter
from tests.handler.running_bot import RunningBot, is_text, jpeg

REFUSED = ApiError(400, "Bad Request: something new")


async def test_an_unforeseen_failure_is_logged_and_the_person_told(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    alice = bot.telegram.person(language="ru")
    bot.telegram.fail_next("sendMessage", REFUSED)
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "error-unexpected")]
    record = next(r for r in caplog.records if r.name == "handler.conversation.errors")
    assert record.levelno == logging.ERROR
    assert str(bot.updates[-1]["update_id"]) in record.getMessage()
    assert record.exc_info


async def test_a_failure_is_not_repeated_for_ever(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    bot.telegram.fail_next("sendMessage", REFUSED, times=2)  # not even the apology arrives
    await alice.send_text("/help")
    await alice.send_text("hello")
    assert await bot.said(alice) == [bot.texts(alice, "hint-text")]
    assert len(bot.updates) == 2


async def test_a_person_who_blocked_the_bot_is_left_alone(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    alice.block()
    await alice.send_text("/help")
    await bot.telegram.wait_for_call(lambda call: call.method == "sendMessage" and not call.ok)
    await bob.send_text("/help")
    assert await bot.said(bob) == [bot.texts(bob, "help")]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    ("failure", "tries"),
    [(Fault("page"), 5), (ApiError(500, "Internal Server Error"), 5), (RetryAfter(600), 1)],
    ids=str,
)
async def test_a_photo_is_not_lost_when_telegram_is_away(
    bot: RunningBot, failure: Fault | ApiError, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    alice = bot.telegram.person()
    bot.telegram.fail_next("sendMessage", failure, times=2 * tries)
    await alice.send_photo(jpeg())
    assert await bot.said(alice) == [bot.question(alice)]
    assert len(bot.updates) == 3
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_where_nothing_comes_again_the_person_is_told(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]
    update = Update.model_validate({**bot.updates[-1], "update_id": 10**9})
    bot.telegram.fail_next("sendMessage", ApiError(502, "Bad Gateway"), times=5)
    await bot.services.dispatcher.feed_update(bot.services.bot, update)  # as polling does
    assert await bot.said(alice) == [
        bot.texts(alice, "help"),
        bot.texts(alice, "error-unexpected"),
    ]


@pytest.mark.parametrize("fault", [Fault("page"), ApiError(500, "Internal Server Error")], ids=str)
async def test_a_gateway_away_for_seconds_costs_nobody_an_answer_though_nothing_comes_again(
    bot: RunningBot, fault: Fault | ApiError
) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "help")))
    update = Update.model_validate({**bot.updates[-1], "update_id": 10**9})
    bot.telegram.fail_next("sendMessage", fault, times=4)
    await bot.services.dispatcher.feed_update(bot.services.bot, update)  # as polling does
    texts = [message["text"] for message in alice.messages if message["from"]["is_bot"]]
    assert texts == [bot.texts(alice, "help")] * 2


async def test_a_closed_chat_is_no_failure(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    alice = bot.telegram.person()
    bot.telegram.fail_next("sendMessage", ApiError(400, "Bad Request: chat not found"))
    await alice.send_text("/help")
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
