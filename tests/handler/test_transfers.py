"""Whoever waits for Telegram keeps nobody from the model."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from playground import Fault
from tests.handler.running_bot import RunningBot, jpeg, results, run_bot
from tests.playground.waiting import until

STUCK = 2
"""As many as may compute at once."""


@pytest.fixture
async def quick_bot(weights: Path) -> AsyncIterator[RunningBot]:
    """A bot that at its end does not wait long for what is stuck."""
    async with run_bot(weights, stop_seconds=1.1) as bot:
        yield bot


@pytest.mark.parametrize("method", ["download", "getFile", "editMessageMedia"])
async def test_stuck_transfers_do_not_hold_up_a_third_person(
    quick_bot: RunningBot, method: str
) -> None:
    bot = quick_bot
    assert bot.services.settings.workers == STUCK

    async def are_stuck(count: int) -> bool:
        return bot.telegram.planned_faults(method) == STUCK - count

    people = [bot.telegram.person(name) for name in "ABC"]
    bot.telegram.fail_next(method, Fault("hang"), times=STUCK)
    for number, person in enumerate(people):
        offer = await bot.offered(person, jpeg((60 + number, 40)))
        await person.press("upscale:2", offer)
        if number < STUCK:
            await until(partial(are_stuck, number + 1))
    await people[-1].wait_for(lambda message: "document" in message)
    assert [len(results(person)) for person in people] == [0, 0, 1]
