"""A press is answered while its work goes on, and its work does not wait for a slow answer."""

import asyncio
import time
from dataclasses import replace

import pytest
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, User

from handler.conversation.answers import PressAnswer
from handler.telegram import retry
from playground import Fault
from tests.handler.running_bot import RunningBot, finished, results


async def test_an_answer_that_hangs_costs_seconds_and_gives_one_result(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = replace(retry.POLICIES[AnswerCallbackQuery], timeout=0.2)
    policies = {**retry.POLICIES, AnswerCallbackQuery: policy}
    monkeypatch.setattr(retry, "POLICIES", policies)
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    bot.telegram.fail_next("answerCallbackQuery", Fault("hang"), times=99)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await alice.press("neon:neon", offer, timeout=0.01)
    await alice.wait_for(lambda message: "photo" in message)
    update = next(update for update in bot.updates if "callback_query" in update)
    assert await bot.post(update) in (200, 503)  # Telegram has not waited
    await finished(bot, alice)
    assert time.monotonic() - began < 5
    assert len(results(alice)) == 1


def test_a_press_whose_answer_hangs_is_taken_before_telegram_repeats_it() -> None:
    policy = retry.POLICIES[AnswerCallbackQuery]
    assert policy.attempts * policy.timeout + policy.backoff + policy.max_retry_after < 30


async def test_a_second_tap_does_not_wait_for_its_answer(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    policy = replace(retry.POLICIES[AnswerCallbackQuery], timeout=1.0, attempts=1)
    monkeypatch.setattr(retry, "POLICIES", {**retry.POLICIES, AnswerCallbackQuery: policy})
    caplog.set_level("INFO", "handler.conversation.answers")
    person = User(id=1, is_bot=False, first_name="Alice")
    callback = CallbackQuery(id="1", from_user=person, chat_instance="1").as_(bot.services.bot)
    bot.telegram.fail_next("answerCallbackQuery", Fault("hang"))
    async with asyncio.timeout(0.8):  # a stop leaves it half a second, then it would come again
        await PressAnswer(callback).decline("Already")
    while "press not answered" not in caplog.text:  # noqa: ASYNC110  # it goes on by itself
        await asyncio.sleep(0.05)


async def test_who_is_interrupted_does_not_wait_for_a_slow_answer(bot: RunningBot) -> None:
    person = User(id=1, is_bot=False, first_name="Alice")
    callback = CallbackQuery(id="1", from_user=person, chat_instance="1").as_(bot.services.bot)
    bot.telegram.fail_next("answerCallbackQuery", Fault("hang"), times=99)

    async def work() -> None:
        async with PressAnswer(callback).accepting("Accepted"):
            await asyncio.Event().wait()

    working = asyncio.create_task(work())
    await bot.telegram.wait_for_call("answerCallbackQuery")
    working.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await working
