"""What is chosen with /settings holds, on one machine and on AWS, until /forget."""

import io
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import Base

from handler.conversation.preferences import CHOICES, Preferences
from handler.jobs.memory import SETTINGS
from model_layer.effects import Neon, Strength
from playground import Person
from tests.aws import Aws
from tests.handler.running_bot import (
    RunningBot,
    buttons,
    has_buttons,
    is_text,
    jpeg,
    opened,
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


async def menu(bot: RunningBot, person: Person) -> int:
    await person.send_text("/settings")
    await bot.said(person)
    shown = person.messages[-1]
    assert shown["text"] == bot.texts(person, "settings")
    return int(shown["message_id"])


def now(person: Person, message_id: int) -> dict[str, Any]:
    (message,) = [m for m in person.messages if m["message_id"] == message_id]
    return message


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def test_a_choice_is_made_in_two_taps_and_shown(either_bot: RunningBot) -> None:
    alice = either_bot.telegram.person(language="en")
    shown = await menu(either_bot, alice)
    assert buttons(now(alice, shown)) == [[f"@set:{setting}"] for setting in CHOICES]
    assert "what suits the photo" in labels(now(alice, shown))[1]
    await alice.press("@set:light", now(alice, shown))
    await either_bot.said(alice)
    page = now(alice, shown)
    assert page["text"] == either_bot.texts(alice, "settings-light")
    assert "✓ what suits the photo" in labels(page)
    assert await alice.press("@set:light:sunset", page) == either_bot.texts(alice, "settings-kept")
    await either_bot.said(alice)
    assert "🌇 sunset" in labels(now(alice, shown))[1]
    again = await menu(either_bot, alice)
    assert "🌇 sunset" in labels(now(alice, again))[1]


async def test_the_language_changes_at_once_and_for_everything(either_bot: RunningBot) -> None:
    alice = either_bot.telegram.person(language="en")
    shown = await menu(either_bot, alice)
    await alice.press("@set:language", now(alice, shown))
    await either_bot.said(alice)
    await alice.press("Русский", now(alice, shown))
    await either_bot.said(alice)
    alice_in_russian = either_bot.services.texts.get("ru", "settings")
    assert now(alice, shown)["text"] == alice_in_russian
    await alice.send_text("/help")
    await alice.wait_for(is_text(either_bot.services.texts.get("ru", "help")))


async def test_everything_is_as_before_after_forget(either_bot: RunningBot) -> None:
    alice, boris = (either_bot.telegram.person(name, "en") for name in ("Alice", "Boris"))
    for person in (alice, boris):
        await person.press("@set:language", now(person, await menu(either_bot, person)))
        await either_bot.said(person)
        await person.press("@set:language:ru")
        await either_bot.said(person)
    await alice.send_text("/forget")
    await alice.wait_for(is_text(either_bot.services.texts.get("en", "forgotten")))
    assert await either_bot.services.memory.get(alice.id, SETTINGS) is None
    assert (await either_bot.services.memory.get(boris.id, SETTINGS) or {})["language"] == "ru"
    await menu(either_bot, alice)  # in English again


async def test_a_photo_comes_back_as_a_file_if_chosen(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    offer = await bot.offered(alice)
    await menu(bot, alice)
    await alice.press("@set:form")
    await bot.said(alice)
    await alice.press("@set:form:file")
    await alice.press("neon:neon", offer)
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).format == "JPEG"


async def test_a_file_keeps_its_metadata_if_chosen_and_only_then(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    file = with_camera("Leica")
    await alice.send_document(file, "night.jpg")
    offer = await alice.wait_for(has_buttons)
    await alice.press("neon:neon", offer)
    bare = await alice.wait_for(lambda message: "document" in message)
    assert not opened(await alice.download(bare)).getexif()
    await menu(bot, alice)
    await alice.press("@set:metadata")
    await bot.said(alice)
    await alice.press("@set:metadata:keep")
    await alice.press("neon:neon", offer)  # another result, not the one that is remembered
    await alice.wait_until(lambda: len(results(alice)) == 2)
    kept = opened(await alice.download(results(alice)[-1])).getexif()
    assert kept[Base.Make] == "Leica"


@pytest.mark.parametrize("largest_bytes", [20_000_000, 100])
async def test_what_is_large_is_lit_as_chosen(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, largest_bytes: int
) -> None:
    monkeypatch.setattr("handler.jobs.offers.MAX_BYTES", largest_bytes)
    own = "+" if largest_bytes > 100 else ""  # else Telegram does not hand back what is enlarged
    alice = bot.telegram.person()
    preferred = asdict(Preferences(light="miami", strength="max"))
    await bot.services.memory.put(alice.id, SETTINGS, preferred)
    await alice.press("upscale:2", await bot.offered(alice))
    large = await alice.wait_for(lambda message: "document" in message)
    assert buttons(large)[0][0] == f"{own}neon:max:miami"
    await alice.press(f"{own}neon:max:miami", large)
    await alice.wait_until(lambda: len(results(alice)) == 2)
    assert bot.engine.applied == ["upscale:2", "neon:max:miami"]
    # What comes under it is about that light, not about the chosen one.
    assert "neon:neon:miami" in [code for row in buttons(results(alice)[-1]) for code in row]


def with_camera(make: str) -> bytes:
    exif = Image.Exif()
    exif[Base.Make] = make
    buffer = io.BytesIO()
    opened(jpeg()).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


async def test_settings_are_turned_in_private_only(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await menu(bot, alice)
    message = bot.updates[-1]["message"]
    group = {**message, "chat": {"id": alice.id, "type": "group", "title": "Friends"}}
    before = len(bot.telegram.calls)
    assert await bot.post({"update_id": 10**9, "message": group}) == 200
    assert len(bot.telegram.calls) == before


@pytest.mark.parametrize("data", ["@set:light:disco", "@set:shoes:red"])
async def test_what_is_no_choice_any_more_is_told(bot: RunningBot, data: str) -> None:
    alice = bot.telegram.person(language="en")
    shown = await menu(bot, alice)
    stale = now(alice, shown)
    stale["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = data
    assert await alice.press(data, stale) == bot.texts(alice, "press-unknown")
    assert await bot.services.memory.get(alice.id, SETTINGS) is None


def test_what_was_noted_by_another_version_is_read_as_far_as_it_goes() -> None:
    note = {"light": "disco", "strength": "max", "language": ["ru"], "new": 1}
    assert Preferences.of(note) == Preferences(strength="max")
    assert Preferences.of(note).prefer(Neon()) == Neon(Strength.MAX)


def test_every_default_is_a_choice() -> None:
    for setting, choices in CHOICES.items():
        assert getattr(Preferences(), setting) in choices


async def test_neon_is_offered_and_made_in_the_chosen_light(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await menu(bot, alice)
    for setting, choice in (("light", "miami"), ("strength", "max")):
        await alice.press(f"@set:{setting}")
        await bot.said(alice)
        await alice.press(f"@set:{setting}:{choice}")
        await bot.said(alice)
    await alice.send_photo(jpeg(), caption="neon")
    result = await alice.wait_for(lambda message: "photo" in message)
    assert result["caption"] == bot.texts(alice, "caption-neon", strength="max")
    await alice.send_photo(jpeg(colour="teal"))
    await bot.said(alice)
    assert "neon:max:miami" in str(alice.messages[-1]["reply_markup"])
