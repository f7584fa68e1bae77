"""Telegram repeats a press whose first delivery ended with the process that had it."""

import copy
from typing import Any

import pytest

from handler.jobs import worker
from handler.jobs.job import Job
from handler.jobs.speech import apologise
from model_layer.images import BrokenImageError
from playground.person import Person
from tests.handler.running_bot import Json, RunningBot, finished, is_text, results, statuses


async def a_press_and_its_claim(bot: RunningBot, alice: Person) -> tuple[Json, str]:
    """Return an update that was never delivered, and the key of the claim it will make."""
    offer = await bot.offered(alice)
    await alice.press("neon:neon", offer)
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    update = copy.deepcopy(next(u for u in bot.updates if "callback_query" in u))
    update["update_id"] += 1000
    update["callback_query"]["data"] = "upscale:2"
    photo = update["callback_query"]["message"]["reply_to_message"]
    return update, f"{photo['chat']['id']}:{photo['message_id']}:upscale:2"


@pytest.mark.parametrize("was_this_press", [True, False])
async def test_a_repeated_press_takes_its_own_claim_over(
    bot: RunningBot, was_this_press: bool
) -> None:
    alice = bot.telegram.person()
    update, claim = await a_press_and_its_claim(bot, alice)
    cache = bot.services.results
    # What a process that died has left behind.
    await cache.claim(claim, 1000, str(update["update_id"] if was_this_press else 1))
    assert await bot.post(update) == 200
    if was_this_press:
        await alice.wait_for(lambda message: "document" in message)
        await finished(bot, alice)
    # The other tap, which is still being worked on, is not done twice.
    assert len(results(alice)) == 1 + was_this_press
    assert bot.engine.applied == ["neon:neon", "upscale:2"][: 1 + was_this_press]


async def test_a_press_that_a_process_died_over_gets_no_second_status_message(
    bot: RunningBot,
) -> None:
    alice = bot.telegram.person()
    update, claim = await a_press_and_its_claim(bot, alice)
    photo = update["callback_query"]["message"]["reply_to_message"]
    update_id = str(update["update_id"])
    await bot.services.results.claim(claim, 1000, update_id)
    earlier = Job(
        id=update_id,
        chat_id=photo["chat"]["id"],
        photo_message_id=photo["message_id"],
        source="photo",
        file_id=photo["photo"][-1]["file_id"],
        file_unique_id=photo["photo"][-1]["file_unique_id"],
        effect_code="upscale:2",
        model_digest="d",
    )
    await bot.services.open_jobs.add(earlier)
    bot.engine.gate.clear()
    assert await bot.post(update) == 200
    assert statuses(alice) == []
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert await bot.post({**update, "update_id": int(update_id)}) == 200  # known by now
    await bot.services.results.release(f"update:{update_id}")
    assert await bot.post(update) == 200
    assert bot.engine.applied == ["neon:neon", "upscale:2"]
    assert len(results(alice)) == 2


async def test_a_second_tap_that_comes_after_the_result_is_not_meant(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    await alice.press("upscale:2", offer)
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert await alice.press("upscale:2", offer) == bot.texts(alice, "press-already")
    assert len(results(alice)) == 1


async def test_a_claim_is_free_again_soon_after_the_job(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DOUBLE_TAP_SECONDS", 0.0)
    alice = bot.telegram.person()
    update, claim = await a_press_and_its_claim(bot, alice)
    assert await bot.post(update) == 200
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert await bot.services.results.claim(claim, 1)


async def test_a_press_that_is_repeated_during_its_apology_claims_nothing_for_long(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = bot.telegram.person()
    update, _ = await a_press_and_its_claim(bot, alice)

    async def repeated_and_apologise(job: Job, *args: Any) -> None:
        await bot.services.results.release(f"update:{job.id}")  # nobody has heard the first 200
        assert await bot.post(update) == 200
        await apologise(job, *args)

    monkeypatch.setattr("handler.jobs.worker.apologise", repeated_and_apologise)
    bot.engine.failure = BrokenImageError("broken")
    assert await bot.post(update) == 200
    await alice.wait_for(is_text(bot.texts(alice, "error-broken-file")))
    await finished(bot, alice)
    bot.engine.failure = None
    assert await bot.post({**update, "update_id": update["update_id"] + 1}) == 200
    await alice.wait_for(lambda message: "document" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 2


def test_the_key_is_that_of_the_job() -> None:
    job = Job(
        id="1",
        chat_id=5,
        photo_message_id=7,
        source="photo",
        file_id="f",
        file_unique_id="u",
        effect_code="upscale:2",
        model_digest="d",
    )
    assert job.claim_key == "5:7:upscale:2"
