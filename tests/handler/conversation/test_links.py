"""A link brings an effect along: kept for an hour, then the next picture gets it at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handler.jobs.memory import WISH
from playground import Person
from tests.aws import Aws
from tests.handler.clock import Clock
from tests.handler.running_bot import (
    RunningBot,
    finished,
    has_buttons,
    is_text,
    jpeg,
    png,
    results,
    run_bot,
)


@pytest.fixture(params=["sqlite", "dynamodb"])
async def either_bot(request: pytest.FixtureRequest, weights: Path) -> AsyncIterator[RunningBot]:
    """The bot on one machine, and with its memory in DynamoDB."""
    settings: dict[str, Any] = {}
    if request.param == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        settings["results_table"] = aws.table()
    async with run_bot(weights, **settings) as bot:
        yield bot


async def come_by(bot: RunningBot, person: Person, payload: str) -> None:
    await person.send_text(f"/start {payload}")
    await bot.said(person)


def of_bot(person: Person) -> dict[str, Any]:
    return next(m for m in reversed(person.messages) if m["from"]["is_bot"])


@pytest.mark.parametrize(
    ("payload", "asked", "kind"),
    [
        ("neon_sunset", "neon:neon:sunset", "photo"),
        ("neon-max", "neon:max", "photo"),
        ("x2", "upscale:2", "document"),
        ("X4_crisp", "upscale:4:crisp", "document"),
    ],
)
async def test_the_next_picture_gets_what_the_link_asks_for(
    bot: RunningBot, payload: str, asked: str, kind: str
) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, payload)
    assert await bot.services.memory.get(alice.id, WISH) == {"wish": asked}
    assert "within the hour" in of_bot(alice)["caption"]
    picture = await alice.send_photo(jpeg())
    await alice.wait_until(lambda: len(results(alice)) == 2)
    result = results(alice)[-1]
    assert kind in result
    assert result["reply_to_message"]["message_id"] == picture["message_id"]


async def test_a_link_is_good_for_one_picture(either_bot: RunningBot) -> None:
    bot = either_bot
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "neon_max")
    await alice.send_photo(jpeg())
    await alice.wait_until(lambda: len(results(alice)) == 2)
    await alice.send_photo(jpeg(colour="teal"))
    await alice.wait_for(is_text(bot.question(alice)))
    assert len(results(alice)) == 2


async def test_a_link_is_kept_for_an_hour(bot: RunningBot, clock: Clock) -> None:
    bot.services.memory._clock = clock
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "x2")
    clock.now += 3601
    await alice.send_photo(jpeg())
    await alice.wait_for(is_text(bot.question(alice)))


async def test_a_picture_that_is_refused_does_not_use_it_up(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "x2")
    await alice.send_document(b"%PDF-1.4", "letter.pdf")
    await alice.wait_for(is_text(bot.texts(alice, "error-not-a-picture")))
    await alice.send_document(png(), "cat.png")
    await alice.wait_for(lambda message: "document" in message)


async def test_words_of_ones_own_come_first(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "x2")
    await alice.send_photo(jpeg(), caption="neon max")
    await finished(bot, alice)
    await alice.wait_until(lambda: len(results(alice)) == 2)
    assert results(alice)[-1]["caption"] == bot.texts(alice, "caption-neon", strength="max")
    assert await bot.services.memory.get(alice.id, WISH) == {"wish": "upscale:2"}


async def test_the_sample_gets_it_too(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "neon_max")
    await alice.press("@try")
    await alice.wait_until(lambda: len(results(alice)) == 3)
    assert results(alice)[-1]["caption"] == bot.texts(alice, "caption-neon", strength="max")


@pytest.mark.parametrize("payload", ["from_a_friend", "neon_disco", "x9"])
async def test_a_link_that_asks_for_nothing_known_greets(bot: RunningBot, payload: str) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, payload)
    assert of_bot(alice)["caption"] == bot.texts(alice, "greeting", name="Alice")
    await alice.send_photo(jpeg())
    await alice.wait_for(has_buttons)
    assert await bot.services.memory.get(alice.id, WISH) is None


async def test_who_was_greeted_already_hears_the_promise_alone(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await come_by(bot, alice, "")
    await come_by(bot, alice, "x3")
    assert "×3" in of_bot(alice)["text"]
