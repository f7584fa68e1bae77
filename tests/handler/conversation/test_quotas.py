"""Quotas, the list of those who may, and what admins may ask."""

import time
from pathlib import Path
from typing import Any

import pytest

from handler.jobs.counters import Quota
from handler.texts.translator import Translator
from handler.texts.wording import duration
from playground import Person
from playground.state import FIRST_USER_ID
from tests.aws import Aws
from tests.handler.running_bot import RunningBot, buttons, finished, jpeg, results, run_bot

ACCEPTED = "press-accepted-neon"


async def asks(bot: RunningBot, person: Person, number: int = 0) -> str | None:
    """Let a person ask for a picture, a new one for each number; returns what they hear."""
    photo = await person.send_photo(jpeg((64, 48 + number), person.name))
    offer = await person.wait_for(
        lambda message: (
            "reply_markup" in message
            and message["reply_to_message"]["message_id"] == photo["message_id"]
        )
    )
    return await person.press(buttons(offer)[0][0], offer)


async def ask(bot: RunningBot, person: Person, count: int) -> list[str | None]:
    return [await asks(bot, person, number) for number in range(count)]


def stop_clock(bot: RunningBot) -> None:
    now = time.time()
    bot.services.counters._clock = lambda: float(round(now))


def spent(bot: RunningBot, person: Person, seconds: float) -> str:
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
        stop_clock(bot)
        alice, bob = bot.telegram.person("navy"), bot.telegram.person("gold")
        accepted = bot.texts(alice, ACCEPTED)
        *first, last = await ask(bot, alice, 3)
        assert first == [accepted, accepted]
        assert last == spent(bot, alice, 60)
        assert await ask(bot, bob, 1) == [accepted]
        await finished(bot, alice)
        assert len(results(alice)) == 2


async def test_the_day_counts_beside_the_minute(weights: Path) -> None:
    async with run_bot(weights, quota_per_minute=2, quota_per_day=1) as bot:
        stop_clock(bot)
        alice = bot.telegram.person("navy")
        first, second, third = await ask(bot, alice, 3)
        assert first == bot.texts(alice, ACCEPTED)
        assert second == third == spent(bot, alice, 24 * 3600)


async def test_what_is_known_already_is_not_counted(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=1) as bot:
        alice = bot.telegram.person("navy")
        await asks(bot, alice)
        await finished(bot, alice)
        assert await asks(bot, alice) == bot.texts(alice, "press-remembered")


async def test_what_finds_no_place_in_line_is_not_counted(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=9, queue_per_chat=1) as bot:
        bot.engine.gate.clear()
        alice = bot.telegram.person("navy")
        full = bot.texts(alice, "press-line-full", own=1)
        taken = 0
        while await asks(bot, alice, taken) != full:
            taken += 1
        assert taken in (1, 2)  # the first may have been begun by then
        counted = [
            await bot.services.counters.count(f"day:{alice.id}", Quota(9, 60)) == 0
            for _ in range(9)
        ]
        assert sum(counted) == 9 - taken
        bot.engine.gate.set()
        await finished(bot, alice)


async def test_admins_have_no_quota(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=1, admin_ids={FIRST_USER_ID}) as bot:
        admin = bot.telegram.person("navy")
        assert admin.id == FIRST_USER_ID
        assert await ask(bot, admin, 2) == [bot.texts(admin, ACCEPTED)] * 2


async def test_only_who_is_on_the_list_is_let_in(weights: Path) -> None:
    async with run_bot(weights, allowed_ids={FIRST_USER_ID}, admin_ids={FIRST_USER_ID + 1}) as bot:
        alice, admin, stranger = (bot.telegram.person(name) for name in ("A", "B", "C"))
        declined = bot.texts(stranger, "access-denied", id=str(stranger.id))
        for person in (alice, admin, stranger):
            await person.send_text("/help")
        assert await bot.said(stranger) == [declined]
        helped = await bot.said(alice)
        assert len(helped) == 1
        assert helped == await bot.said(admin) != [declined]
        await stranger.send_photo(jpeg())
        assert await bot.said(stranger) == [declined, declined]


async def test_a_press_of_a_stranger_is_declined(weights: Path) -> None:
    async with run_bot(weights, allowed_ids={FIRST_USER_ID}) as bot:
        alice, stranger = bot.telegram.person("navy"), bot.telegram.person("gold")
        offer = await bot.offered(alice)
        await stranger.send_text("hello")
        message = await bot.services.bot.send_message(
            stranger.id, "?", reply_markup=offer["reply_markup"]
        )
        heard = await stranger.press(buttons(offer)[0][0])
        assert heard == bot.texts(stranger, "access-denied", id=str(stranger.id))
        assert message.message_id in {m["message_id"] for m in stranger.messages}


async def test_admins_read_how_long_the_line_is_and_others_know_no_such_command(
    weights: Path,
) -> None:
    async with run_bot(weights, admin_ids={FIRST_USER_ID}, workers=1, transfers=1) as bot:
        bot.engine.gate.clear()
        admin, alice = bot.telegram.person("navy"), bot.telegram.person("gold")
        await ask(bot, alice, 3)
        await admin.send_text("/stats")
        await alice.send_text("/stats")
        told = bot.texts(admin, "stats", waiting=2, working=1)
        assert await bot.said(admin) == [told]
        assert told not in await bot.said(alice)
        bot.engine.gate.set()
        await finished(bot, alice)
