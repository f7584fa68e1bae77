"""The store fails: what needs it is repeated by Telegram, what does not works all the same."""

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from handler.conversation import answers, requests
from handler.jobs.job import Job
from playground import Fault, Person
from tests.handler.running_bot import Json, RunningBot, finished, results, statuses


class StoreIsAwayError(Exception):
    """As a table's throttling, or a full disk."""


def failing() -> Callable[..., Awaitable[Any]]:
    async def fail(*args: object, **kwargs: object) -> None:
        raise StoreIsAwayError("throttled")

    return fail


async def a_press(bot: RunningBot, alice: Person) -> Json:
    """Return the update of a press that was never delivered."""
    await alice.press("neon:neon", await bot.offered(alice))
    await finished(bot, alice)
    update = copy.deepcopy(next(u for u in bot.updates if "callback_query" in u))
    update["update_id"] += 1000
    update["callback_query"]["data"] = "upscale:2"
    return update


async def test_start_works_without_the_store(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("claim", "complete", "release", "get", "put"):
        monkeypatch.setattr(bot.services.results, name, failing())
    monkeypatch.setattr(bot.services.memory, "get", failing())
    alice = bot.telegram.person()
    await alice.send_text("/start")
    await alice.wait_for(lambda message: "photo" in message)
    assert await bot.said(alice) == []


@pytest.mark.parametrize(
    ("part", "method"),
    [("results", "claim"), ("results", "get"), ("results", "hold"), ("queue", "put")],
)
async def test_a_press_that_is_not_kept_comes_again(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, part: str, method: str
) -> None:
    alice = bot.telegram.person()
    update = await a_press(bot, alice)
    with monkeypatch.context() as away:
        away.setattr(getattr(bot.services, part), method, failing())
        assert await bot.post(update) == 503
    assert await bot.post(update) == 200
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 2
    assert bot.engine.applied == ["neon:neon", "upscale:2"]
    assert statuses(alice) == []


async def test_a_press_whose_answer_hangs_is_kept_and_taken(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PARTING_SECONDS", 0.05)
    alice = bot.telegram.person()
    update = await a_press(bot, alice)
    bot.telegram.fail_next("answerCallbackQuery", Fault("hang"), times=9)
    async with asyncio.timeout(4):  # an answer to a press has ten seconds
        assert await bot.post(update) == 200
    await finished(bot, alice)
    assert len(results(alice)) == 2


async def test_a_job_of_which_the_queue_does_not_say_whether_it_is_kept_is_done_once(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost: the repetition takes up the status message of the first delivery."""
    alice = bot.telegram.person()
    update = await a_press(bot, alice)
    bot.engine.gate.clear()
    put = bot.services.queue.put

    async def put_and_fail(job: Job) -> int:
        await put(job)
        raise StoreIsAwayError("the answer is lost")

    with monkeypatch.context() as away:
        away.setattr(bot.services.queue, "put", put_and_fail)
        assert await bot.post(update) == 503
    assert await bot.post(update) == 200
    assert len(statuses(alice)) == 1
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 2
    assert statuses(alice) == []


async def test_a_press_whose_claim_fails_does_not_take_over_that_of_another_tap(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = bot.telegram.person()
    first = await a_press(bot, alice)
    second = {**first, "update_id": first["update_id"] + 1}
    bot.engine.gate.clear()
    assert await bot.post(first) == 200
    claim = bot.services.results.claim

    async def fail_for_presses(key: str, *args: Any) -> bool:
        if not key.startswith("update:"):
            raise StoreIsAwayError("throttled")
        return await claim(key, *args)

    with monkeypatch.context() as away:
        away.setattr(bot.services.results, "claim", fail_for_presses)
        assert await bot.post(second) == 503
    assert await bot.post(second) == 200
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert bot.engine.applied == ["neon:neon", "upscale:2"]
    assert len(results(alice)) == 2


async def test_a_press_that_is_never_kept_keeps_nobody_from_pressing_again(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store or the process was away for longer than Telegram repeats a press."""
    monkeypatch.setattr(requests, "HANDOVER_SECONDS", 0.5)
    alice = bot.telegram.person()
    update = await a_press(bot, alice)
    with monkeypatch.context() as away:
        away.setattr(bot.services.queue, "put", failing())
        assert await bot.post(update) == 503
    await asyncio.sleep(0.6)
    assert await bot.post({**update, "update_id": update["update_id"] + 1}) == 200
    await alice.wait_for(lambda message: "document" in message)
    assert len(results(alice)) == 2
