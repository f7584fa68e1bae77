"""Who waits reads how many are before them, and hears when it becomes less."""

import asyncio

import pytest

from handler.jobs import line, messages
from playground import Fault
from tests.handler.jobs.workbench import wait
from tests.handler.running_bot import RunningBot, finished, has_cancel, is_text, jpeg, results

CODES = ("upscale:2", "upscale:3", "upscale:4")


@pytest.fixture(autouse=True)
def _quick_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "EDIT_SECONDS", 0.01)
    monkeypatch.setattr(messages, "LOOK_SECONDS", 0.02)


async def test_ones_own_jobs_are_no_players_and_are_counted_down(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg())
    for code in CODES:
        await alice.press(code, offer)

    def queued(own: int) -> str:
        return bot.texts(alice, "status-queued", effect="upscale", own=own, others=0)

    for own in range(3):
        last = await alice.wait_for(is_text(queued(own)))
    assert has_cancel(last)
    bot.engine.gate.set()
    await finished(bot, alice)
    assert len(results(alice)) == 3


async def test_the_time_until_ones_turn_is_told_and_becomes_less(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg())
    bot.engine.gate.clear()
    await alice.press("upscale:2", offer)
    await wait(bot.engine.begun)
    await alice.press("upscale:3", offer)
    one = bot.texts(alice, "status-queued", effect="upscale", own=1, others=0)
    shown = await alice.wait_for(lambda m: m.get("text", "").startswith(f"{one}\n⏱ Your turn in"))
    assert has_cancel(shown)
    bot.engine.gate.set()
    await finished(bot, alice)


async def test_the_time_is_told_to_who_has_just_joined_and_edits_are_rare(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "EDIT_SECONDS", 600.0)
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg())
    bot.engine.gate.clear()
    await alice.press("upscale:2", offer)
    await wait(bot.engine.begun)
    await alice.press("upscale:3", offer)
    await alice.wait_for(lambda m: "⏱ Your turn in" in m.get("text", ""))
    await alice.press("upscale:4", offer)
    one, two = (
        bot.texts(alice, "status-queued", effect="upscale", own=own, others=0) for own in (1, 2)
    )
    await alice.wait_for(lambda m: m.get("text", "").startswith(f"{two}\n⏱ Your turn in"))
    bot.engine.gate.set()
    await finished(bot, alice)
    changes = [entry for entry in alice.history if entry.kind in {"message", "edited"}]
    shown = [entry.payload.get("text", "") for entry in changes]
    assert len([text for text in shown if text.startswith(one)]) == 2  # as sent, and with the time


async def test_a_light_job_overtakes_ones_own_long_ones(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg())
    bot.engine.gate.clear()
    await alice.press("upscale:4", offer)
    await wait(bot.engine.begun)
    for code in ("upscale:3", "upscale:2", "neon:neon"):
        await alice.press(code, offer)
    await alice.wait_for(is_text(bot.texts(alice, "status-queued", effect="neon", own=1, others=0)))
    bot.engine.gate.set()
    await finished(bot, alice)
    assert bot.engine.applied == ["upscale:4", "neon:neon", "upscale:3", "upscale:2"]


@pytest.mark.parametrize("is_interrupted", [False, True])
async def test_the_line_says_nothing_over_the_last_word(
    bot: RunningBot, is_interrupted: bool
) -> None:
    """A job is cancelled between the look at the line and the edit."""
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg())
    bot.engine.gate.clear()
    for code in CODES[:2]:
        await alice.press(code, offer)
    waiting = await alice.wait_for(
        is_text(bot.texts(alice, "status-queued", effect="upscale", own=1, others=0))
    )
    await bot.said(alice)  # when the press is handled
    seen = await bot.services.queue.line(alice.id)
    assert len(seen) == 1
    await alice.press(waiting["reply_markup"]["inline_keyboard"][0][0]["callback_data"], waiting)
    cancelled = bot.texts(alice, "status-cancelled")
    await alice.wait_for(is_text(cancelled))
    await bot.services.results.release(f"line:{alice.id}:{waiting['message_id']}")
    bot.services.worker.line._shown.clear()
    if is_interrupted:
        fault = Fault("hang", takes_effect=True, seconds=20)
        bot.telegram.fail_next("editMessageText", fault)
    showing = asyncio.create_task(bot.services.worker.line.show(seen))
    if is_interrupted:  # as when the job before is done
        await alice.wait_until(lambda: cancelled not in {m.get("text") for m in alice.messages})
        showing.cancel()
    await asyncio.wait([showing])
    assert showing.cancelled() is is_interrupted
    await alice.wait_for(is_text(cancelled))
    assert alice.messages[-1]["text"] == cancelled
