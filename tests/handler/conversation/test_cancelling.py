"""A job is cancelled by the button under its status message."""

import asyncio
import copy

import pytest

from playground import Fault, Person
from playground.callbacks import CallbackAnswer
from tests.handler.conversation.test_not_kept import failing
from tests.handler.jobs.workbench import wait
from tests.handler.running_bot import (
    Json,
    RunningBot,
    buttons,
    finished,
    has_cancel,
    is_text,
    results,
)


async def begun(bot: RunningBot, alice: Person, offer: Json, code: str = "neon:neon") -> Json:
    """Press a button, and return the status message that shows the work on it."""
    bot.engine.gate.clear()
    bot.engine.begun.clear()
    await alice.press(code, offer)
    await wait(bot.engine.begun)
    return await alice.wait_for(lambda message: "25%" in message.get("text", ""))


async def cancel(bot: RunningBot, alice: Person, status: Json) -> CallbackAnswer:
    return await alice.press_for_answer(buttons(status)[0][0], status)


async def test_a_job_in_work_is_cancelled_and_its_work_ends(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    status = await begun(bot, alice, offer)
    assert (await cancel(bot, alice, status)).text == bot.texts(alice, "press-cancelled")
    await wait(bot.engine.ended)  # though its gate is shut
    await finished_as_cancelled(bot, alice, status)
    assert results(alice) == []


async def test_a_job_that_waits_is_cancelled_and_the_others_go_on(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    await begun(bot, alice, offer)
    await alice.press("upscale:2", offer)
    waiting = await alice.wait_for(lambda message: message.get("text", "").startswith("👾"))
    await cancel(bot, alice, waiting)
    await finished_as_cancelled(bot, alice, waiting)
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    assert bot.engine.applied == ["neon:neon"]
    assert len(results(alice)) == 1


async def test_what_was_cancelled_can_be_asked_for_again_at_once(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    await cancel(bot, alice, await begun(bot, alice, offer))
    bot.engine.gate.set()
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 1


async def test_a_second_press_on_cancel_says_the_same(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    status = await begun(bot, alice, await bot.offered(alice))
    answers = [await cancel(bot, alice, status) for _ in range(2)]
    assert [answer.text for answer in answers] == [bot.texts(alice, "press-cancelled")] * 2


async def test_every_edit_keeps_the_button_until_the_result(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    status = await begun(bot, alice, await bot.offered(alice))
    bot.engine.gate.set()
    result = await alice.wait_for(lambda message: "photo" in message)
    shown = [
        event.payload
        for event in alice.history
        if event.kind in {"message", "edited"}
        and event.payload["message_id"] == status["message_id"]
    ]
    assert len(shown) >= 3
    assert all(has_cancel(message) for message in shown if "text" in message)
    assert not has_cancel(result)


async def test_a_result_on_its_way_cannot_be_cancelled(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    status = await begun(bot, alice, await bot.offered(alice))
    uploading = Fault("hang", seconds=0.5)
    bot.telegram.fail_next("editMessageMedia", uploading)
    bot.engine.gate.set()
    await bot.telegram.wait_for_call("editMessageMedia", timeout=5)
    assert (await cancel(bot, alice, status)).text == bot.texts(alice, "press-cancel-late")
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 1


async def test_nobody_cancels_the_job_of_another(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    status = await begun(bot, alice, await bot.offered(alice))
    forged = copy.deepcopy(bot.updates[-1])  # of the press on the effect
    forged["update_id"] += 1000
    forged["callback_query"]["from"]["id"] = bob.id
    forged["callback_query"]["data"] = buttons(status)[0][0]
    forged["callback_query"]["message"]["message_id"] = status["message_id"]
    assert await bot.post(forged) == 200
    answers = [call for call in bot.telegram.calls if call.method == "answerCallbackQuery"]
    assert answers[-1].params["text"] == bot.texts(bob, "press-cancel-others")
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)


async def test_a_cancellation_that_is_not_kept_comes_again(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = bot.telegram.person()
    status = await begun(bot, alice, await bot.offered(alice))
    with monkeypatch.context() as away:
        away.setattr(bot.services.open_jobs, "cancel", failing())
        with pytest.raises(TimeoutError):
            await alice.press(buttons(status)[0][0], status, timeout=0.3)
    await finished_as_cancelled(bot, alice, status)


async def test_a_status_message_that_nobody_knew_ends_when_it_is_to_be_cancelled(
    bot: RunningBot,
) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    bot.telegram.fail_next("sendMessage", Fault("reset", takes_effect=True))
    await alice.press("neon:neon", offer)
    await alice.wait_for(lambda message: "photo" in message)
    (left_over,) = [message for message in alice.messages if has_cancel(message)]
    await until_closed(bot, left_over)
    answer = await cancel(bot, alice, left_over)
    assert answer.text == bot.texts(alice, "press-cancel-late")
    last = await alice.wait_for(is_text(bot.texts(alice, "status-over")))
    assert last["message_id"] == left_over["message_id"]
    assert not has_cancel(last)
    assert len(results(alice)) == 1


async def until_closed(bot: RunningBot, status: Json) -> None:
    job_id = buttons(status)[0][0].split(":")[1]
    async with asyncio.timeout(5):
        while await bot.services.open_jobs.job(status["chat"]["id"], job_id):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def finished_as_cancelled(bot: RunningBot, alice: Person, status: Json) -> None:
    last = await alice.wait_for(is_text(bot.texts(alice, "status-cancelled")))
    assert last["message_id"] == status["message_id"]
    assert "reply_markup" not in last
