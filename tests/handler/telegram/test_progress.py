"""Progress shows in the chat, not too often, and never after the end."""

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import Callable

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.telegram.status import Pace, Progress, StatusMessage
from playground import ApiError, Fault, Person, Playground, RetryAfter

FAST = Pace(edit=0.01, action=0.01)
RARE = Pace(edit=60, action=60)


def percent(number: int) -> str:
    return f"{number} %"


def progress_of(status: StatusMessage, pace: Pace = FAST) -> Progress:
    return status.progress(percent, "upload_photo", pace)


def edits(telegram: Playground) -> list[str]:
    return [c.params["text"] for c in telegram.calls if c.method == "editMessageText" and c.ok]


def shows(text: str) -> Callable[[dict[str, object]], bool]:
    return lambda message: message.get("text") == text


async def test_progress_from_a_thread_shows(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    async with progress_of(status, Pace(edit=0.01, action=60)) as progress:
        await person.wait_for(shows("0 %"), timeout=5)
        # Later, when the loop is idle and only the report can wake it.
        threading.Timer(0.05, progress.report, [0.425]).start()
        await person.wait_for(shows("42 %"), timeout=5)
        threading.Timer(0.05, progress.report, [1.0]).start()
        await person.wait_for(shows("100 %"), timeout=5)
    assert edits(telegram) == ["0 %", "42 %", "100 %"]


async def test_the_chat_action_is_repeated(telegram: Playground, status: StatusMessage) -> None:
    def actions() -> list[object]:
        return [c.params["action"] for c in telegram.calls if c.method == "sendChatAction"]

    async with progress_of(status):
        await telegram.wait_for_call(lambda _: len(actions()) >= 3, timeout=5)
    assert set(actions()) == {"upload_photo"}


async def test_edits_keep_their_distance_and_show_the_newest(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    pace = Pace(edit=0.2, action=60)
    async with progress_of(status, pace) as progress:
        for done in range(100):
            progress.report(done / 100)
            await asyncio.sleep(0)
        await person.wait_for(shows("99 %"), timeout=5)
    times = [c.time for c in telegram.calls if c.method == "editMessageText"]
    assert len(times) <= 3
    assert all(later - earlier > 0.15 for earlier, later in itertools.pairwise(times))


async def test_the_same_percentage_is_not_sent_again(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    async with progress_of(status) as progress:
        await person.wait_for(shows("0 %"), timeout=5)
        for done in (0.001, 0.002, 0.009):
            progress.report(done)
        progress.report(0.01)
        await person.wait_for(shows("1 %"), timeout=5)
    assert edits(telegram) == ["0 %", "1 %"]


async def test_a_429_is_obeyed_and_the_text_shown_afterwards(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageText", RetryAfter(1))
    async with progress_of(status):
        refused = await telegram.wait_for_call("editMessageText", timeout=5)
        await person.wait_for(shows("0 %"), timeout=5)
    assert edits(telegram) == ["0 %"]
    shown = next(c for c in telegram.calls if c.method == "editMessageText" and c.ok)
    assert shown.time - refused.time > 0.9


async def test_a_deleted_message_is_left_alone(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    await person.delete(person.messages[-1])
    async with progress_of(status) as progress:
        await telegram.wait_for_call("editMessageText", timeout=5)
        before = len(telegram.calls)
        progress.report(0.5)
        await telegram.wait_for_call(lambda _: len(telegram.calls) > before + 3, timeout=5)
    assert [c.method for c in telegram.calls].count("editMessageText") == 1


async def test_a_server_error_does_not_end_the_display(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageText", ApiError(500, "Internal Server Error"))
    telegram.fail_next("sendChatAction", ApiError(500, "Internal Server Error"))
    async with progress_of(status) as progress:
        await telegram.wait_for_call("editMessageText", timeout=5)
        progress.report(0.5)
        await person.wait_for(shows("50 %"), timeout=5)
        await telegram.wait_for_call(lambda c: c.method == "sendChatAction" and c.ok, timeout=5)


async def test_the_keyboard_stays_under_the_message(person: Person, status: StatusMessage) -> None:
    button = InlineKeyboardButton(text="Cancel", callback_data="cancel")
    status.keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    async with progress_of(status):
        shown = await person.wait_for(shows("0 %"), timeout=5)
    assert shown["reply_markup"]["inline_keyboard"][0][0]["text"] == "Cancel"


async def test_a_person_who_blocked_the_bot_hears_nothing_more(
    telegram: Playground, person: Person, status: StatusMessage
) -> None:
    person.block()
    async with progress_of(status) as progress:
        await telegram.wait_for_call("editMessageText", timeout=5)
        await telegram.wait_for_call("sendChatAction", timeout=5)
        progress.report(0.5)
        await asyncio.gather(*progress._tasks)  # both have ended by themselves
    methods = [call.method for call in telegram.calls]
    assert sorted(methods) == ["editMessageText", "sendChatAction", "sendMessage"]


async def test_nothing_shows_after_the_end(telegram: Playground, status: StatusMessage) -> None:
    async with progress_of(status) as progress:
        await telegram.wait_for_call("editMessageText", timeout=5)
    calls = len(telegram.calls)
    await asyncio.to_thread(progress.report, 0.9)
    await status.bot.get_me()
    assert len(telegram.calls) == calls + 1


async def test_an_edit_under_way_is_waited_for_lest_it_overwrites_the_last_word(
    telegram: Playground, status: StatusMessage
) -> None:
    telegram.fail_next("editMessageText", Fault("hang", seconds=0.3, takes_effect=True))
    async with progress_of(status):
        begun = await telegram.wait_for_call("editMessageText", timeout=5)
    assert time.monotonic() - begun.time > 0.2


async def test_leaving_does_not_wait_for_the_next_turn(
    telegram: Playground, status: StatusMessage
) -> None:
    async with progress_of(status, RARE):
        await telegram.wait_for_call("editMessageText", timeout=5)
        left = time.monotonic()
    assert time.monotonic() - left < 5


async def test_without_a_message_only_the_action_shows(
    telegram: Playground, status: StatusMessage
) -> None:
    silent = StatusMessage(status.bot, status.chat_id, None, reply_to=1)
    async with progress_of(silent) as progress:
        progress.report(0.5)
        await telegram.wait_for_call("sendChatAction", timeout=5)
    assert edits(telegram) == []


async def test_a_broken_text_is_logged_and_harms_nobody(
    telegram: Playground, status: StatusMessage, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(number: int) -> str:
        raise KeyError("no such text")

    with caplog.at_level(logging.WARNING):
        async with status.progress(broken, "upload_photo", FAST) as progress:
            progress.report(0.5)
            await telegram.wait_for_call("sendChatAction", timeout=5)
    assert "no such text" in caplog.text
