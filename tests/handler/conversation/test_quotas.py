"""Quotas, the list of those who may, and what admins may ask."""

from pathlib import Path
from typing import Any

import pytest

from handler.jobs.counters import Quota
from handler.texts.translator import Translator
from handler.texts.wording import duration
from tests.aws import Aws
from tests.handler.running_bot import RunningBot, finished, jpeg, results, run_bot

ACCEPTED = "press-accepted-neon"


async def presses(bot: RunningBot, person: Any, count: int) -> list[str]:
    """Let a person ask for new pictures, one after the other; returns what they hear."""
    heard = []
    for number in range(count):
        offer = await bot.offered(person, jpeg((64, 48 + number), person.name))
        heard.append(await person.press("neon:max", offer))
    return heard


def spent(bot: RunningBot, person: Any, seconds: float) -> str:
    translate = Translator(bot.services.texts, person.language)
    return bot.texts(person, "press-quota", duration=duration(translate, seconds))


@pytest.mark.parametrize("where", ["sqlite", "dynamodb"])
async def test_a_person_hears_when_they_may_ask_again(
    where: str, weights: Path, request: pytest.FixtureRequest
) -> None:
    settings: dict[str, Any] = {"quota_per_minute": 2}
    if where == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        settings["results_table"] = aws.table()
    async with run_bot(weights, **settings) as bot:
        alice, bob = bot.telegram.person("navy"), bot.telegram.person("gold")
        accepted = bot.texts(alice, ACCEPTED)
        *first, last = await presses(bot, alice, 3)
        assert first == [accepted, accepted]
        assert last == spent(bot, alice, 60)
        assert await presses(bot, bob, 1) == [accepted]
        await finished(bot, alice)
        assert len(results(alice)) == 2


async def test_the_day_counts_beside_the_minute(weights: Path) -> None:
    async with run_bot(weights, quota_per_minute=2, quota_per_day=1) as bot:
        alice = bot.telegram.person("navy")
        first, second, third = await presses(bot, alice, 3)
        assert first == bot.texts(alice, ACCEPTED)
        assert second == third == spent(bot, alice, 24 * 3600)


async def test_what_is_known_already_is_not_counted(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=1) as bot:
        alice = bot.telegram.person("navy")
        offer = await bot.offered(alice)
        await alice.press("neon:max", offer)
        await finished(bot, alice)
        again = await bot.offered(alice)
        assert await alice.press("neon:max", again) == bot.texts(alice, "press-remembered")


async def test_what_finds_no_place_in_line_is_not_counted(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=2, queue_per_chat=1, workers=1, transfers=1) as bot:
        bot.engine.gate.clear()
        alice = bot.telegram.person("navy")
        heard = await presses(bot, alice, 3)
        full = bot.texts(alice, "press-line-full", own=1)
        assert full in heard
        bot.engine.gate.set()
        await finished(bot, alice)
        refused = heard.count(full)
        counters = bot.services.counters
        left = 2 - (3 - refused)
        waits = [await counters.count(f"day:{alice.id}", Quota(2, 60)) for _ in range(left + 1)]
        assert [wait > 0 for wait in waits] == [False] * left + [True]


async def test_admins_have_no_quota(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=1, admin_ids={10_001}) as bot:
        admin = bot.telegram.person("navy", id=10_001)
        assert await presses(bot, admin, 2) == [bot.texts(admin, ACCEPTED)] * 2
