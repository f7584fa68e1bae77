import asyncio
from pathlib import Path

import pytest

from handler.playground import ApiError
from handler.playground.person import Person
from tests.handler.running_bot import (
    RunningBot,
    has_buttons,
    is_text,
    jpeg,
    opened,
    png,
    results,
    run_bot,
)

LANGUAGES = ("en", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_neon_of_a_photo_comes_back_as_a_photo(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    photo = await alice.send_photo(jpeg((320, 200), colour="navy"))
    offer = await alice.wait_for(has_buttons)
    answer = await alice.press("neon:max", offer)
    assert answer == bot.texts(alice, "press-accepted-neon")
    result = await alice.wait_for(lambda message: "photo" in message)
    assert result["caption"] == bot.texts(alice, "caption-neon", strength="max")
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
    picture = opened(await alice.download(result)).convert("RGB")
    assert picture.size == (320, 200)
    red, green, blue = picture.getpixel((300, 180))  # type: ignore[misc]  # of an RGB picture
    assert (red, green, blue) == pytest.approx((255, 255, 127), abs=6)  # navy inverted


@pytest.mark.parametrize("language", LANGUAGES)
async def test_upscaling_comes_back_as_a_file(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    offer = await bot.offered(alice, jpeg((100, 80)))
    assert await alice.press("upscale:3", offer) == bot.texts(alice, "press-accepted-upscale")
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (300, 240)
    assert opened(await alice.download(result)).format == "PNG"
    assert result["caption"] == bot.texts(alice, "caption-upscale", scale=3)


async def test_a_file_comes_back_as_a_file(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_document(png((50, 40)), "my cat.png")
    await alice.press("neon:soft", await alice.wait_for(has_buttons))
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (50, 40)
    assert "cat" in result["document"]["file_name"]


@pytest.mark.parametrize(
    ("code", "alien", "action"),
    [("neon:neon", "👽", "upload_photo"), ("upscale:2", "👾", "upload_document")],
)
async def test_the_status_shows_work_and_goes_away(
    bot: RunningBot, code: str, alien: str, action: str
) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    await alice.press(code, offer)
    status = await alice.wait_for(lambda message: message.get("text", "").startswith(alien))
    await alice.wait_for(
        lambda message: message["message_id"] == status["message_id"] and "%" in message["text"]
    )
    await alice.wait_until(
        lambda: any(
            event.kind == "action" and action in str(event.payload) for event in alice.history
        )
    )
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message or "document" in message)
    await alice.wait_until(
        lambda: status["message_id"] not in [message["message_id"] for message in alice.messages]
    )
    assert has_buttons(_message(alice, offer["message_id"]))  # another effect can be asked for


async def test_a_double_tap_gives_one_result(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    answers = await asyncio.gather(*(alice.press("neon:max", offer) for _ in range(3)))
    accepted, already = bot.texts(alice, "press-accepted-neon"), bot.texts(alice, "press-already")
    assert sorted(map(str, answers)) == sorted([accepted, already, already])
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)
    await _finished(alice)
    assert len(results(alice)) == 1
    assert bot.engine.applied == ["neon:max"]


async def test_the_same_picture_again_needs_no_work(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob", language="ru")
    await alice.press("upscale:2", await bot.offered(alice))
    first = await alice.wait_for(lambda message: "document" in message)
    await _finished(alice)
    assert await bob.press("upscale:2", await bot.offered(bob)) == bot.texts(
        bob, "press-remembered"
    )
    second = await bob.wait_for(lambda message: "document" in message)
    assert second["caption"] == bot.texts(bob, "caption-upscale", scale=2)
    assert await bob.download(second) == await alice.download(first)
    sent = [call.params["document"] for call in bot.telegram.calls if call.method == "sendDocument"]
    assert sent[1] == first["document"]["file_id"]
    assert bot.engine.applied == ["upscale:2"]


async def test_a_double_tap_on_a_remembered_result_gives_one_copy(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    await alice.press("neon:neon", await bot.offered(alice))
    await alice.wait_for(lambda message: "photo" in message)
    await _finished(alice)
    offer = await bot.offered(bob)
    await asyncio.gather(*(bob.press("neon:neon", offer) for _ in range(2)))
    assert await bob.press("neon:neon", offer) == bot.texts(bob, "press-already")
    assert len(results(bob)) == 1


async def test_another_picture_or_effect_is_worked_on(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice, jpeg(colour="navy"))
    for code in ("neon:soft", "neon:max"):
        await alice.press(code, offer)
        await alice.wait_for(lambda message: "photo" in message)
    other = await bot.offered(alice, jpeg(colour="teal"))
    await alice.press("neon:soft", other)
    await alice.wait_for(lambda message: "photo" in message)
    assert bot.engine.applied == ["neon:soft", "neon:max", "neon:soft"]


async def test_a_remembered_result_that_telegram_refuses_is_made_again(bot: RunningBot) -> None:
    alice, bob = bot.telegram.person("Alice"), bot.telegram.person("Bob")
    await alice.press("neon:neon", await bot.offered(alice))
    await alice.wait_for(lambda message: "photo" in message)
    await _finished(alice)
    offer = await bot.offered(bob)
    bot.telegram.fail_next("sendPhoto", ApiError(400, "Bad Request: wrong file identifier"))
    assert await bob.press("neon:neon", offer) == bot.texts(bob, "press-accepted-neon")
    await bob.wait_for(lambda message: "photo" in message)
    assert bot.engine.applied == ["neon:neon"] * 2


async def test_people_get_their_own_pictures(bot: RunningBot) -> None:
    people = [bot.telegram.person(name) for name in ("Alice", "Bob", "Carol")]
    sizes = [(40, 30), (50, 35), (60, 45)]

    async def play(person: Person, size: tuple[int, int]) -> tuple[int, int]:
        await person.press("upscale:2", await bot.offered(person, jpeg(size)))
        result = await person.wait_for(lambda message: "document" in message)
        return opened(await person.download(result)).size

    made = await asyncio.gather(*(play(*pair) for pair in zip(people, sizes)))
    assert made == [(width * 2, height * 2) for width, height in sizes]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_full_queue_says_when_to_try_again(weights: Path, language: str) -> None:
    async with run_bot(weights, queue_size=1, workers=1) as bot:
        bot.engine.gate.clear()
        people = [bot.telegram.person(name, language) for name in ("Alice", "Bob", "Carol")]
        offers = [await bot.offered(person) for person in people]
        for person, offer in list(zip(people, offers))[:2]:
            await person.press("neon:max", offer)
        bob, carol = people[1:]
        await bob.wait_for(is_text(bot.texts(bob, "status-queued", effect="neon", ahead=1)))
        answer = await carol.press_for_answer("neon:max", offers[2])
        assert answer.show_alert
        assert answer.text in [bot.texts(carol, "press-busy", seconds=s) for s in range(1, 60)]
        assert _statuses(carol) == []
        bot.engine.gate.set()
        for person in people[:2]:
            await person.wait_for(lambda message: "photo" in message)
        await _finished(bob)
        # The refused press has left no claim behind.
        assert await carol.press("neon:max", offers[2]) == bot.texts(carol, "press-remembered")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_deleted_photo(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    photo = await alice.send_photo(jpeg())
    offer = await alice.wait_for(has_buttons)
    await alice.delete(photo)
    answer = await alice.press_for_answer("neon:max", offer)
    assert (answer.text, answer.show_alert) == (bot.texts(alice, "press-photo-deleted"), True)
    assert bot.engine.applied == []


async def test_a_photo_deleted_while_the_work_goes_on(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    photo = await alice.send_photo(jpeg())
    await alice.press("neon:max", await alice.wait_for(has_buttons))
    await alice.delete(photo)
    bot.engine.gate.set()
    result = await alice.wait_for(lambda message: "photo" in message)
    assert "reply_to_message" not in result


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_button_too_old(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    offer = await bot.offered(alice)
    await alice.press("neon:soft", offer)
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


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_button_of_another_version(bot: RunningBot, language: str) -> None:
    alice = bot.telegram.person(language=language)
    await bot.offered(alice)
    await alice.press("neon:soft")
    press = bot.updates[-1]["callback_query"]
    update = {"update_id": 10**9, "callback_query": {**press, "data": "upscale:64"}}
    assert await bot.post(update) == 200
    await bot.telegram.wait_for_call(
        lambda call: call.params.get("text") == bot.texts(alice, "press-unknown")
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_model(bot: RunningBot, weights: Path, language: str) -> None:
    alice = bot.telegram.person(language=language)
    offer = await bot.offered(alice)
    (weights / "manifest.json").unlink()
    answer = await alice.press_for_answer("neon:max", offer)
    assert (answer.text, answer.show_alert) == (bot.texts(alice, "press-model-missing"), True)


async def test_a_press_answered_too_late_still_gives_a_result(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    late = ApiError(400, "Bad Request: query is too old and response timeout expired")
    bot.telegram.fail_next("answerCallbackQuery", late)
    with pytest.raises(TimeoutError):
        await alice.press("neon:max", offer, timeout=0.05)
    await alice.wait_for(lambda message: "photo" in message)


async def test_a_press_that_failed_can_be_repeated(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    bot.telegram.fail_next("sendMessage", ApiError(400, "Bad Request: something new"))
    answer = await alice.press_for_answer("neon:max", offer)
    assert (answer.text, answer.show_alert) == (bot.texts(alice, "error-unexpected"), True)
    assert await alice.press("neon:max", offer) == bot.texts(alice, "press-accepted-neon")
    await alice.wait_for(lambda message: "photo" in message)


async def _finished(person: Person) -> None:
    """Wait until no status message is left."""
    await person.wait_until(lambda: not _statuses(person))


def _statuses(person: Person) -> list[str]:
    texts = [str(message.get("text", "")) for message in person.messages]
    return [text for text in texts if text.startswith(("👽", "👾"))]


def _message(person: Person, message_id: int) -> dict[str, object]:
    return next(m for m in person.messages if m["message_id"] == message_id)
