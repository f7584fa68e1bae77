"""Albums: one question, one answer, in order."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handler.conversation import albums
from handler.jobs.memory import ALBUM
from handler.jobs.queue import QueueFullError
from model_layer.effects import Effect
from playground import ApiError, Person, Playground
from tests.handler.running_bot import (
    Json,
    RunningBot,
    buttons,
    finished,
    has_buttons,
    has_cancel,
    jpeg,
    opened,
    png,
    run_bot,
)
from tests.handler.running_function import Function

SIZES = ((40, 30), (50, 35), (60, 45))


def photos(*sizes: tuple[int, int]) -> list[bytes]:
    return [jpeg(size, colour) for size, colour in zip(sizes, ("navy", "teal", "olive", "plum"))]


async def asked(bot: RunningBot, alice: Person, **album: Any) -> tuple[list[Json], Json]:
    """Send an album; return its messages and the one question about it."""
    pictures = album.pop("pictures", photos(*SIZES))
    sent = await alice.send_album(pictures, **album)
    await bot.said(alice)
    (offer,) = [message for message in alice.messages if has_buttons(message)]
    return sent, offer


def made(person: Person) -> list[Json]:
    """Return what the bot has made for a person, previews left out."""
    sent = [message for message in person.messages if message["from"]["is_bot"]]
    of_album = [m for m in sent if "media_group_id" in m or "caption" in m]
    return [m for m in of_album if "photo" in m or "document" in m]


async def sizes(person: Person, messages: list[Json]) -> list[tuple[int, int]]:
    return [opened(await person.download(message)).size for message in messages]


async def test_an_album_gets_one_question(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    sent, offer = await asked(bot, alice)
    assert offer["text"].startswith(bot.texts(alice, "choose-effect-album"))
    assert offer["reply_to_message"]["message_id"] == sent[0]["message_id"]
    assert {data.split(":")[0] for row in buttons(offer) for data in row} == {"@album"}


async def test_an_album_comes_back_as_an_album_in_order(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    sent, offer = await asked(bot, alice)
    answer = await alice.press("@album:upscale:2", offer)
    assert answer == bot.texts(alice, "press-accepted-upscale")
    await finished(bot, alice)
    album = made(alice)
    assert await sizes(alice, album) == [(80, 60), (100, 70), (120, 90)]
    assert len({message["media_group_id"] for message in album}) == 1
    assert [message.get("caption") for message in album] == [
        bot.texts(alice, "caption-upscale", scale=2, within=0),
        None,
        None,
    ]
    assert album[0]["reply_to_message"]["message_id"] == sent[0]["message_id"]
    # One status message showed it all, and is gone.
    assert [m["text"] for m in alice.messages if m["from"]["is_bot"] and "text" in m] == [
        offer["text"]
    ]


async def test_one_message_shows_the_progress(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    await alice.press("@album:neon:neon", offer)
    counter = bot.texts(alice, "status-album", number=1, total=3)
    await alice.wait_for(lambda m: "%" in m.get("text", "") and m["text"].endswith(counter))
    bot.engine.gate.set()
    await finished(bot, alice)
    assert bot.engine.applied == ["neon:neon"] * 3


@pytest.mark.parametrize(
    ("caption", "code"), [("Neon sunset, please!", "neon:neon:sunset"), ("×2", "upscale:2")]
)
async def test_a_caption_is_for_the_whole_album(bot: RunningBot, caption: str, code: str) -> None:
    alice = bot.telegram.person()
    sent = await alice.send_album(photos(*SIZES), caption=caption)
    await bot.said(alice)
    await finished(bot, alice)
    album = made(alice)
    scale = 2 if "2" in caption else 1
    assert await sizes(alice, album) == [(w * scale, h * scale) for w, h in SIZES]
    assert len({message["media_group_id"] for message in album}) == 1
    assert album[0]["reply_to_message"]["message_id"] == sent[0]["message_id"]
    assert bot.engine.applied == [code] * 3
    # Albums carry no buttons: what else may be done is asked under them.
    (question,) = [m for m in alice.messages if "text" in m]
    assert question == alice.messages[3]  # it was the status message
    assert question["text"].startswith(bot.texts(alice, "choose-effect-album"))
    await alice.press("@album:neon:neon", question)
    await alice.wait_until(lambda: len(made(alice)) == 6)


async def test_what_a_link_asks_for_is_for_the_whole_album(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/start neon_sunset")
    await bot.said(alice)
    await alice.send_album(photos(*SIZES))
    await bot.said(alice)
    await alice.wait_until(lambda: len(bot.engine.applied) == 3)
    assert bot.engine.applied == ["neon:neon:sunset"] * 3
    await bot.offered(alice)  # of the next picture nothing is known


async def test_what_is_too_large_of_an_album_is_made_smaller_first(weights: Path) -> None:
    async with run_bot(weights, max_output_megapixels=1) as bot:
        alice = bot.telegram.person()
        await alice.send_album(photos((640, 360), (40, 30)), caption="x4")
        await alice.wait_until(lambda: len(made(alice)) == 2)
        large, small = await sizes(alice, made(alice))
        assert 640 < large[0] < 2560
        assert small == (160, 120)


async def test_a_caption_that_asks_for_nothing_brings_the_question(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await asked(bot, alice, caption="Our holidays at sunset")
    assert bot.engine.applied == []


async def test_a_caption_in_the_midst_of_an_album_is_for_all_of_it(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    bot.engine.gate.clear()
    first, second, third = await alice.send_album(photos(*SIZES))
    await bot.said(alice)
    second = {**second, "caption": "x2", "message_id": second["message_id"]}
    update = {"update_id": 10_000, "message": second}
    assert await bot.post(update) == 200
    bot.engine.gate.set()
    await finished(bot, alice)
    assert await sizes(alice, made(alice)) == [(80, 60), (100, 70), (120, 90)]
    assert bot.engine.applied == ["upscale:2"] * 3
    assert first["media_group_id"] == third["media_group_id"]


async def test_a_caption_of_one_picture_alone_is_as_for_any_picture(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    (sent,) = await alice.send_album(photos(SIZES[0]), caption="x2")
    await bot.said(alice)
    await finished(bot, alice)
    (result,) = made(alice)
    assert "media_group_id" not in result
    assert has_buttons(result)
    assert result["reply_to_message"]["message_id"] == sent["message_id"]


async def test_a_captioned_album_counts_as_its_pictures(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=2) as bot:
        alice = bot.telegram.person()
        await alice.send_album(photos(*SIZES), caption="neon")
        said = await bot.said(alice)
        assert sum("coin" in text for text in said) == 1
        await finished(bot, alice)
        assert len(made(alice)) == 2


async def test_a_captioned_album_for_which_there_is_no_room_is_asked_about(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise QueueFullError(1.0)

    monkeypatch.setattr(bot.services.queue, "reserve", full)
    alice = bot.telegram.person()
    await alice.send_album(photos(*SIZES), caption="neon")
    said = await bot.said(alice)
    assert said[0] == bot.texts(alice, "press-busy", seconds=1)
    assert said[1].startswith(bot.texts(alice, "choose-effect-album"))
    assert len(said) == 2


async def test_photos_come_back_as_photos(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    await alice.press("@album:neon:neon", offer)
    await finished(bot, alice)
    assert ["photo" in message for message in made(alice)] == [True] * 3
    assert len({message["media_group_id"] for message in made(alice)}) == 1


async def test_files_come_back_as_files_with_their_names(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    pictures = [png((40, 30)), png((50, 35), "teal")]
    _, offer = await asked(bot, alice, pictures=pictures, names=["cat.png", "dog.png"])
    await alice.press("@album:upscale:3", offer)
    await finished(bot, alice)
    names = [message["document"]["file_name"] for message in made(alice)]
    assert names == ["cat-x3.png", "dog-x3.png"]


async def test_another_effect_of_the_same_album(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    for code in ("neon:neon", "upscale:2"):
        await alice.press(f"@album:{code}", offer)
        await finished(bot, alice)
    kinds = ["photo" if "photo" in message else "document" for message in made(alice)]
    assert kinds == ["photo"] * 3 + ["document"] * 3


@pytest.mark.usefixtures("second_taps_are_meant")
async def test_what_is_known_is_not_made_again(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    for _ in range(2):
        await alice.press("@album:upscale:2", offer)
        await finished(bot, alice)
    assert len(made(alice)) == 6
    assert len(bot.engine.applied) == 3
    # Each picture is known by itself, too.
    bob = bot.telegram.person("Bob")
    await bob.send_photo(photos(*SIZES)[1], caption="x2")
    await bob.wait_until(lambda: made(bob))
    assert len(bot.engine.applied) == 3


async def test_a_double_tap_gives_one_album(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    await alice.press("@album:neon:neon", offer)
    assert await alice.press("@album:neon:neon", offer) == bot.texts(alice, "press-already")
    bot.engine.gate.set()
    await finished(bot, alice)
    assert len(made(alice)) == 3


async def test_one_broken_picture_does_not_spoil_the_rest(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    pictures = [png((40, 30)), b"\x89PNG\r\n\x1a\nbroken", png((60, 45), "teal")]
    _, offer = await asked(bot, alice, pictures=pictures, names=["a.png", "b.png", "c.png"])
    await alice.press("@album:upscale:2", offer)
    reason = bot.texts(alice, "error-broken-file")
    missing = bot.texts(alice, "album-missing", number=2, reason=reason)
    await alice.wait_for(lambda message: message.get("text") == missing)
    assert await sizes(alice, made(alice)) == [(80, 60), (120, 90)]
    assert len({message["media_group_id"] for message in made(alice)}) == 1


async def test_an_album_with_one_good_picture_comes_as_that_with_its_buttons(
    bot: RunningBot,
) -> None:
    alice = bot.telegram.person()
    pictures = [b"\x89PNG\r\n\x1a\nbroken", png((60, 45))]
    sent, offer = await asked(bot, alice, pictures=pictures, names=["a.png", "b.png"])
    await alice.press("@album:upscale:2", offer)
    await finished(bot, alice)
    (result,) = made(alice)
    assert "media_group_id" not in result
    assert result["reply_to_message"]["message_id"] == sent[1]["message_id"]


async def test_nothing_good_in_an_album_is_explained(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    pictures = [b"\x89PNG\r\n\x1a\nbroken", b"\x89PNG\r\n\x1a\nbroken, too"]
    _, offer = await asked(bot, alice, pictures=pictures, names=["a.png", "b.png"])
    await alice.press("@album:upscale:2", offer)
    last = await alice.wait_for(lambda message: "2:" in message.get("text", ""))
    assert last["text"].count(bot.texts(alice, "error-broken-file")) == 2
    assert made(alice) == []


async def test_a_file_that_is_no_picture_is_told_at_once(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    files = [b"%PDF", png((40, 30)), png((60, 45), "teal")]
    await alice.send_album(files, names=["notes.pdf", "b.png", "c.png"])
    said = await bot.said(alice)
    assert said[0] == bot.texts(alice, "error-not-a-picture")
    await alice.press("@album:upscale:2")
    await finished(bot, alice)
    assert await sizes(alice, made(alice)) == [(80, 60), (120, 90)]


async def test_an_album_of_one_is_a_picture(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice, pictures=photos(SIZES[0]))
    await alice.press("@album:upscale:2", offer)
    await finished(bot, alice)
    (result,) = made(alice)
    assert "media_group_id" not in result


async def test_too_many_bytes_for_one_call_go_out_in_more(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.telegram.album.MAX_BYTES", 1)
    alice = bot.telegram.person()
    sent, offer = await asked(bot, alice)
    await alice.press("@album:upscale:2", offer)
    await finished(bot, alice)
    album = made(alice)
    assert await sizes(alice, album) == [(80, 60), (100, 70), (120, 90)]
    assert not any("media_group_id" in message for message in album)
    replied = [message["reply_to_message"]["message_id"] for message in album]
    assert replied == [message["message_id"] for message in sent]


async def test_an_album_that_is_refused_comes_one_by_one(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    refusal = ApiError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    bot.telegram.fail_next("sendMediaGroup", refusal)
    bot.telegram.fail_next("sendPhoto", refusal)
    await alice.press("@album:neon:neon", offer)
    await finished(bot, alice)
    kinds = ["photo" if "photo" in message else "document" for message in made(alice)]
    assert kinds == ["document", "photo", "photo"]


async def test_a_failure_that_passes_costs_only_time(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    bot.telegram.fail_next("download", ApiError(500, "Internal Server Error"), times=5)
    await alice.press("@album:upscale:2", offer)
    await finished(bot, alice)
    assert await sizes(alice, made(alice)) == [(80, 60), (100, 70), (120, 90)]
    assert len({message["media_group_id"] for message in made(alice)}) == 1


async def test_a_failure_that_stays_spoils_one_picture_only(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    apply = bot.engine.apply

    def out_of_order(effect: Effect, image: Image.Image, *rest: Any) -> Image.Image:
        if image.size == (50, 35):
            raise RuntimeError("out of order")
        return apply(effect, image, *rest)

    monkeypatch.setattr(bot.engine, "apply", out_of_order)
    await alice.press("@album:upscale:2", offer)
    reason = bot.texts(alice, "error-internal")
    missing = bot.texts(alice, "album-missing", number=2, reason=reason)
    await alice.wait_for(lambda message: message.get("text") == missing)
    assert await sizes(alice, made(alice)) == [(80, 60), (120, 90)]


async def test_cancelling_ends_the_album(bot: RunningBot) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    await alice.press("@album:neon:neon", offer)
    status = await alice.wait_for(lambda m: "%" in m.get("text", "") and has_cancel(m))
    (cancel,) = (data for row in buttons(status) for data in row if data.startswith("@cancel"))
    assert await alice.press(cancel, status) == bot.texts(alice, "press-cancelled")
    bot.engine.gate.set()
    await finished(bot, alice)
    assert made(alice) == []


async def test_the_list_of_an_album_is_forgotten_after_a_day(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    _, offer = await asked(bot, alice)
    for key in await bot.services.memory.entries(alice.id, ALBUM):
        await bot.services.memory.delete(alice.id, ALBUM, key)
    answer = await alice.press_for_answer("@album:neon:neon", offer)
    assert answer.text == bot.texts(alice, "press-album-forgotten")
    assert ALBUM.seconds == 24 * 3600


async def test_without_a_memory_each_picture_has_buttons(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(bot.services.memory, "put", fail)
    alice = bot.telegram.person()
    await alice.send_album(photos(*SIZES))
    await bot.said(alice)
    offers = [message for message in alice.messages if has_buttons(message)]
    assert len(offers) == 3
    await alice.press("upscale:2", offers[1])
    await finished(bot, alice)
    assert await sizes(alice, made(alice)) == [(100, 70)]


async def test_a_reply_reaches_one_picture(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    sent, _ = await asked(bot, alice)
    await alice.send_text("x2", reply_to=sent[1])
    await alice.wait_until(lambda: made(alice))
    assert await sizes(alice, made(alice)) == [(100, 70)]


async def test_an_album_counts_as_its_pictures(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=2) as bot:
        alice = bot.telegram.person()
        _, offer = await asked(bot, alice)
        answer = await alice.press_for_answer("@album:neon:neon", offer)
        assert "coin" in str(answer.text)
        await alice.send_photo(jpeg(), caption="neon")  # and nothing is counted
        await alice.wait_until(lambda: made(alice))


async def test_a_question_that_was_not_asked_is_asked_by_the_repetition(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    bot.telegram.fail_next("sendMessage", ApiError(502, "Bad Gateway"), times=5)
    await asked(bot, alice)


async def test_a_claim_of_a_process_that_died_ends(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = bot.telegram.person()
    monkeypatch.setattr(albums, "OFFER_SECONDS", 0.3)
    claims = bot.services.results
    monkeypatch.setattr(alice._state, "new_album_id", lambda: "77")
    assert await claims.claim(f"album:{alice.id}:77", 0.3)  # and then it was killed
    await asked(bot, alice)


async def test_in_the_cloud(function: Function, telegram: Playground) -> None:
    alice = telegram.person("Alice")
    sent = await alice.send_album(photos(*SIZES))
    for number, message in enumerate(sent):
        body = json.dumps({"update_id": number, "message": message}).encode()
        assert await function.post(body) == 200
    (offer,) = [message for message in alice.messages if has_buttons(message)]
    press = pressed(alice, offer, "@album:upscale:2")
    assert await function.post(json.dumps(press).encode()) == 200
    assert await function.next_job() == {"batchItemFailures": []}
    assert await function.next_job() is None
    album = made(alice)
    assert await sizes(alice, album) == [(80, 60), (100, 70), (120, 90)]
    assert len({message["media_group_id"] for message in album}) == 1


async def test_a_caption_in_the_cloud(function: Function, telegram: Playground) -> None:
    alice = telegram.person("Alice")
    sent = await alice.send_album(photos(*SIZES), caption="x2")
    for number, message in enumerate(sent):
        body = json.dumps({"update_id": number, "message": message}).encode()
        for _ in range(2):  # Telegram may repeat it
            assert await function.post(body) == 200
    assert await function.next_job() == {"batchItemFailures": []}
    assert await function.next_job() is None
    assert await sizes(alice, made(alice)) == [(80, 60), (100, 70), (120, 90)]


def pressed(alice: Person, offer: Json, data: str) -> Json:
    query = {
        "id": "1",
        "from": alice.user.json(),
        "message": offer,
        "chat_instance": "1",
        "data": data,
    }
    return {"update_id": 99, "callback_query": query}
