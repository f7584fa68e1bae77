"""Who waits reads how many are before them, and hears when it becomes less."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from handler.jobs import line, messages
from handler.jobs.job import Job
from handler.jobs.queue import Place
from handler.telegram.status import StatusMessage
from model_layer.images import BrokenImageError
from playground import Person
from tests.handler.jobs.workbench import wait
from tests.handler.running_bot import (
    Json,
    RunningBot,
    finished,
    has_cancel,
    is_text,
    jpeg,
    results,
)

Show = Callable[[StatusMessage, str], Awaitable[bool]]

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


class SlowEdit:
    """An edit that comes late, also when nobody waits for it any more."""

    def __init__(self, message_id: int, show: Show) -> None:
        self._message_id = message_id
        self._show = show
        self.begun, self.comes = asyncio.Event(), asyncio.Event()

    async def show(self, status: StatusMessage, text: str) -> bool:
        if self.begun.is_set() or status.message_id != self._message_id:  # another one
            return await self._show(status, text)
        self.begun.set()
        return await asyncio.shield(asyncio.ensure_future(self._come(status, text)))

    async def _come(self, status: StatusMessage, text: str) -> bool:
        await self.comes.wait()
        return await self._show(status, text)


LAST_WORDS = {"cancelled": "status-cancelled", "apology": "error-broken-file"}


@pytest.fixture
def only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker not look at the line by itself."""
    monkeypatch.setattr(messages, "LOOK_SECONDS", 600.0)


async def two_in_line(bot: RunningBot, alice: Person) -> tuple[Json, list[tuple[Job, Place]]]:
    """Let a person's second job wait; returns its message, and the line as a worker has seen it."""
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
    return waiting, seen


async def end_second(bot: RunningBot, alice: Person, waiting: Json, last_word: str) -> None:
    """Let the job that waits come to its end."""
    if last_word == "cancelled":
        button = waiting["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        await alice.press(button, waiting)
    else:
        bot.engine.failure = BrokenImageError("broken")
        bot.engine.gate.set()


def text_of(alice: Person, message: Json) -> str:
    (now,) = (m for m in alice.messages if m["message_id"] == message["message_id"])
    return str(now.get("text", ""))


@pytest.mark.usefixtures("only_when_asked")
@pytest.mark.parametrize("last_word", LAST_WORDS)
async def test_the_line_says_nothing_after_the_last_word(bot: RunningBot, last_word: str) -> None:
    """A job ends between the look at the line and the edit."""
    alice = bot.telegram.person()
    waiting, seen = await two_in_line(bot, alice)
    said = bot.texts(alice, LAST_WORDS[last_word])
    await end_second(bot, alice, waiting, last_word)
    await alice.wait_until(lambda: text_of(alice, waiting) == said)
    await bot.services.worker.line.show(seen)
    assert text_of(alice, waiting) == said


@pytest.mark.usefixtures("only_when_asked")
@pytest.mark.parametrize("is_interrupted", [False, True])
@pytest.mark.parametrize("last_word", LAST_WORDS)
async def test_the_last_word_waits_for_the_line(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, last_word: str, is_interrupted: bool
) -> None:
    """A job ends while an edit is on its way, also one that nobody waits for any more."""
    alice = bot.telegram.person()
    waiting, seen = await two_in_line(bot, alice)
    said = bot.texts(alice, LAST_WORDS[last_word])
    monkeypatch.setattr(line, "SETTLING_SECONDS", 3.0)
    with monkeypatch.context() as slow:
        edit = SlowEdit(waiting["message_id"], StatusMessage.show)
        slow.setattr(StatusMessage, "show", lambda *args: edit.show(*args))  # noqa: PLW0108  # binds
        showing = asyncio.create_task(bot.services.worker.line.show(seen))
        await edit.begun.wait()
    if is_interrupted:  # as when the job before is done
        showing.cancel()
    ending = asyncio.create_task(end_second(bot, alice, waiting, last_word))
    while await bot.services.open_jobs.is_open(seen[0][0]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert text_of(alice, waiting) != said
    edit.comes.set()
    await asyncio.wait([showing, ending])
    assert showing.cancelled() is is_interrupted
    await alice.wait_until(lambda: text_of(alice, waiting) == said)
    await asyncio.sleep(0.1)
    assert text_of(alice, waiting) == said
