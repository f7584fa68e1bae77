"""Presses that nothing comes of, or nothing yet: the person hears why."""

import asyncio
from pathlib import Path

import pytest

from handler.jobs.queue import QueueFullError
from handler.jobs.sqlite.queue import SqliteJobQueue
from playground import ApiError, RetryAfter
from tests.handler.running_bot import (
    RunningBot,
    finished,
    has_buttons,
    is_text,
    jpeg,
    run_bot,
    statuses,
)


async def test_a_full_queue_says_when_to_try_again(weights: Path) -> None:
    async with run_bot(weights, queue_size=1, workers=1, transfers=1) as bot:
        bot.engine.gate.clear()
        names = ("Alice", "Zoe", "Bob", "Carol")
        people = [bot.telegram.person(name, "ru") for name in names]
        offers = [await bot.offered(person) for person in people]
        queue = bot.services.queue
        assert isinstance(queue, SqliteJobQueue)
        for begun, (person, offer) in enumerate(list(zip(people, offers))[:2], 1):
            await person.press("neon:neon", offer)
            async with asyncio.timeout(5):
                while await queue.counts() != (0, begun):  # noqa: ASYNC110  # the store tells nobody
                    await asyncio.sleep(0.005)
        bob, carol = people[2:]
        await bob.press("neon:neon", offers[2])
        await bob.wait_for(is_text(bot.texts(bob, "status-queued", effect="neon", own=0, others=2)))
        answer = await carol.press_for_answer("neon:neon", offers[3])
        assert answer.show_alert
        kinds = {entry.kind for person in (bob, carol) for entry in person.history}
        assert not kinds & {"deleted", "edited"}  # nothing was said and taken back
        assert answer.text in [bot.texts(carol, "press-busy", seconds=s) for s in range(1, 60)]
        assert statuses(carol) == []
        bot.engine.gate.set()
        for person in people[:3]:
            await person.wait_for(lambda message: "photo" in message)
        await finished(bot, bob)
        # The refused press has left no claim behind.
        assert await carol.press("neon:neon", offers[3]) == bot.texts(carol, "press-remembered")


async def test_a_deleted_photo(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    photo = await alice.send_photo(jpeg())
    offer = await alice.wait_for(has_buttons)
    await alice.delete(photo)
    answer = await alice.press_for_answer("neon:neon", offer)
    assert (answer.text, answer.show_alert) == (bot.texts(alice, "press-photo-deleted"), True)
    assert bot.engine.applied == []


async def test_a_button_too_old(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    offer = await bot.offered(alice)
    await alice.press("neon:neon", offer)
    press = bot.updates[-1]["callback_query"]
    old = {"chat": press["message"]["chat"], "message_id": offer["message_id"], "date": 0}
    assert await bot.post({"update_id": 10**9, "callback_query": {**press, "message": old}}) == 200
    await bot.telegram.wait_for_call(
        lambda call: (
            call.method == "answerCallbackQuery"
            and call.params.get("text") == bot.texts(alice, "press-too-old")
            and call.params.get("show_alert")
        )
    )


async def test_a_button_of_another_version(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await bot.offered(alice)
    await alice.press("neon:neon")
    press = bot.updates[-1]["callback_query"]
    update = {"update_id": 10**9, "callback_query": {**press, "data": "upscale:64"}}
    assert await bot.post(update) == 200
    await bot.telegram.wait_for_call(
        lambda call: call.params.get("text") == bot.texts(alice, "press-unknown")
    )


async def test_no_model(bot: RunningBot, weights: Path) -> None:
    alice = bot.telegram.person(language="ru")
    (weights / "manifest.json").unlink()
    offer = await bot.offered(alice)
    answer = await alice.press_for_answer("neon:neon", offer)
    assert (answer.text, answer.show_alert) == (bot.texts(alice, "press-model-missing"), True)


async def test_a_model_whose_file_is_missing(bot: RunningBot, weights: Path) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    (weights / "neon-x1.safetensors").unlink()
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-model-missing")
    assert await alice.press("upscale:2", offer) == bot.texts(alice, "press-accepted-upscale")


async def test_a_press_answered_too_late_still_gives_a_result(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    late = ApiError(400, "Bad Request: query is too old and response timeout expired")
    bot.telegram.fail_next("answerCallbackQuery", late)
    with pytest.raises(TimeoutError):
        await alice.press("neon:neon", offer, timeout=0.05)
    await alice.wait_for(lambda message: "photo" in message)


async def test_a_press_that_failed_can_be_repeated(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    bot.telegram.fail_next("sendMessage", ApiError(400, "Bad Request: something new"))
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(is_text(bot.texts(alice, "error-unexpected")))
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)


async def test_the_answer_does_not_wait_for_the_status_message(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    bot.telegram.fail_next("sendMessage", RetryAfter(1))
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)
    order = [call.method for call in bot.telegram.calls if call.ok]
    after_the_offer = order[order.index("sendMessage") + 1 :]
    assert after_the_offer.index("answerCallbackQuery") < after_the_offer.index("sendMessage")


async def test_a_place_lost_after_the_answer_is_told_in_the_chat(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object) -> int:
        raise QueueFullError(5)

    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    queue = bot.services.dispatcher["dependencies"].queue
    with monkeypatch.context() as patch:
        patch.setattr(queue, "put", refuse)
        assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
        await alice.wait_for(is_text(bot.texts(alice, "press-busy", seconds=5)))
    assert statuses(alice) == []
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)
