"""The bot in a group, with privacy mode on: quiet, but for those who ask."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from playground import ApiError, Group, Person, Playground
from tests.handler.running_bot import (
    Json,
    RunningBot,
    buttons,
    finished,
    has_buttons,
    jpeg,
    opened,
    results,
    run_bot,
)
from tests.handler.running_function import Function
from tests.playground.waiting import until

NAME = "@playground_bot"


@pytest.fixture
async def group(bot: RunningBot) -> Group:
    return bot.telegram.group("Friends", bot.telegram.person("Ada"), bot.telegram.person("Ben"))


@pytest.fixture
async def ada(group: Group) -> Person:
    return group.members[0]


@pytest.fixture
async def ben(group: Group) -> Person:
    return group.members[1]


async def all_is_heard(bot: RunningBot) -> None:
    async def heard() -> bool:
        return not bot.telegram.pending_updates

    await until(heard)


def said(group: Group) -> list[str]:
    return [m["text"] for m in group.messages if m["from"]["is_bot"] and "text" in m]


def files(person: Person) -> list[Json]:
    return [m for m in person.messages if m["from"]["is_bot"] and "document" in m]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("/neon", "neon:neon"),
        (f"/neon{NAME}", "neon:neon"),
        (f"/neon{NAME} miami", "neon:neon:miami"),
        (f"{NAME} neon sunset", "neon:neon:sunset"),
        (f"{NAME.upper()}, neon", "neon:neon"),
        ("/x2", "upscale:2"),
    ],
)
async def test_a_reply_to_somebodys_photo(
    bot: RunningBot, ada: Person, ben: Person, command: str, code: str
) -> None:
    photo = await ada.send_photo(jpeg())
    await ben.send_text(command, reply_to=photo)
    await ben.wait_until(lambda: results(ben))
    (result,) = results(ben)
    assert result["reply_to_message"]["message_id"] == photo["message_id"]
    assert result["chat"]["id"] == ben.chat_id
    assert bot.engine.applied == [code]


@pytest.mark.parametrize("caption", [f"/x3{NAME}", f"x3 {NAME}", "/x3", f"{NAME} в 3 раза"])
async def test_a_photo_whose_caption_names_the_bot(
    bot: RunningBot, ada: Person, caption: str
) -> None:
    await ada.send_photo(jpeg((40, 30)), caption=caption)
    result = await ada.wait_for(lambda message: "document" in message)
    assert opened(await ada.download(result)).size == (120, 90)


async def test_the_name_alone_brings_buttons_for_the_one_who_asked(
    bot: RunningBot, ada: Person, ben: Person
) -> None:
    photo = await ada.send_photo(jpeg())
    await ben.send_text(NAME, reply_to=photo)
    offer = await ben.wait_for(has_buttons)
    assert offer["reply_to_message"]["message_id"] == photo["message_id"]
    code = next(data for data in buttons(offer)[0] if data.startswith("neon"))
    assert "#" in code
    answer = await ada.press_for_answer(code, offer)
    assert answer.text == bot.texts(ada, "press-not-yours")
    assert answer.show_alert
    assert await ben.press(code, offer) == bot.texts(ben, "press-accepted-neon")
    await ben.wait_for(lambda message: "photo" in message)
    assert len(bot.engine.applied) == 1


async def test_a_button_less_its_tag_is_nobodys(bot: RunningBot, ada: Person, ben: Person) -> None:
    photo = await ada.send_photo(jpeg())
    await ben.send_text(NAME, reply_to=photo)
    offer = await ben.wait_for(has_buttons)
    forged = next(data for data in buttons(offer)[0]).partition("#")[0]
    for person in (ada, ben):
        answer = await person.press_for_answer(forged, _with_button(offer, forged))
        assert answer.text == bot.texts(person, "press-not-yours")
    assert bot.engine.applied == []


async def test_a_button_of_an_earlier_version_which_had_no_tag_is_for_all(
    bot: RunningBot, ada: Person, ben: Person
) -> None:
    photo = await ada.send_photo(jpeg())
    markup = _keyboard("neon:neon")
    await bot.services.bot.send_message(
        ada.chat_id, "Which?", reply_to_message_id=photo["message_id"], reply_markup=markup
    )
    offer = await ben.wait_for(has_buttons)
    assert await ben.press("neon:neon", offer) == bot.texts(ben, "press-accepted-neon")
    await ben.wait_for(lambda message: "photo" in message and bool(results(ben)))


async def test_a_caption_with_the_name_and_other_words_brings_buttons(
    bot: RunningBot, ada: Person
) -> None:
    await ada.send_photo(jpeg(), caption=f"what a night, {NAME}")
    assert has_buttons(await ada.wait_for(has_buttons))


async def test_buttons_under_a_result_are_for_the_one_who_asked(
    bot: RunningBot, ada: Person, ben: Person
) -> None:
    photo = await ada.send_photo(jpeg())
    await ben.send_text("/x2", reply_to=photo)
    result = await ben.wait_for(lambda message: "document" in message)
    for row in buttons(result) if has_buttons(result) else []:
        assert all("#" in data for data in row)


async def test_a_reply_to_a_result_goes_on(bot: RunningBot, ada: Person) -> None:
    await ada.send_photo(jpeg((64, 48)), caption="/neon")
    lit = await ada.wait_for(lambda message: "photo" in message)
    await ada.send_text("x2", reply_to=lit)
    large = await ada.wait_for(lambda message: "document" in message)
    assert opened(await ada.download(large)).size == (128, 96)


async def test_ordinary_talk_is_left_alone(bot: RunningBot, group: Group) -> None:
    ada, ben = group.members
    photo = await ada.send_photo(jpeg(), caption="/neon")
    lit = await ada.wait_for(lambda message: "photo" in message)
    before = said(group)
    await ben.send_text("wow, what a picture", reply_to=lit)
    await ben.send_text("neon", reply_to=photo)
    await ben.send_text("/neon@another_bot", reply_to=photo)
    await ben.send_text("/magic", reply_to=photo)
    await ben.send_text(f"have you seen {NAME}?")
    await ben.send_text("neon sunset")
    await ben.send_photo(jpeg(colour="teal"), caption="neon")
    await ben.send_other("sticker")
    await all_is_heard(bot)
    assert said(group) == before
    assert len(results(ada)) == 1


async def test_a_bot_that_hears_all_is_quiet_too(bot: RunningBot) -> None:
    people = bot.telegram.person("Ada"), bot.telegram.person("Ben")
    group = bot.telegram.group("Open", *people, hears_all=True)
    ada, ben = group.members
    photo = await ada.send_photo(jpeg(), caption="neon")
    await ben.send_text("x2", reply_to=photo)
    await ada.send_album([jpeg(), jpeg(colour="teal")])
    await ben.send_text("hello")
    await ben.send_document(b"%PDF", "notes.pdf")
    await all_is_heard(bot)
    assert said(group) == []
    assert results(ada) == []


@pytest.mark.parametrize("caption", [f"{NAME} x2", f"/x2{NAME}"])
async def test_an_album_whose_caption_names_the_bot_is_done_where_it_is_seen(
    bot: RunningBot, caption: str
) -> None:
    people = bot.telegram.person("Ada"), bot.telegram.person("Ben")
    ada, ben = bot.telegram.group("Open", *people, hears_all=True).members
    await ben.send_album([jpeg(), jpeg(colour="teal")])  # not for the bot
    await ada.send_album([jpeg((40, 30)), jpeg((50, 40), "teal")], caption=caption)
    await ada.wait_until(lambda: len(files(ada)) == 2)
    await all_is_heard(bot)
    sizes = [opened(await ada.download(result)).size for result in files(ada)]
    assert sizes == [(80, 60), (100, 80)]
    assert bot.engine.applied == ["upscale:2"] * 2


async def test_buttons_for_an_album_are_for_the_one_who_asked(bot: RunningBot) -> None:
    people = bot.telegram.person("Ada"), bot.telegram.person("Ben")
    ada, ben = bot.telegram.group("Open", *people, hears_all=True).members
    await ada.send_album([jpeg((40, 30)), jpeg((50, 40), "teal")], caption=f"look, {NAME}")
    offer = await ada.wait_for(has_buttons)
    await all_is_heard(bot)
    code = next(data for row in buttons(offer) for data in row if ":upscale:2" in data)
    assert (await ben.press_for_answer(code, offer)).text == bot.texts(ben, "press-not-yours")
    await ada.press(code, offer)
    await ada.wait_until(lambda: len(files(ada)) == 2)


async def test_of_an_album_that_is_hidden_the_picture_with_the_caption_is_done(
    bot: RunningBot, ada: Person
) -> None:
    await ada.send_album([jpeg((40, 30)), jpeg((50, 40), "teal")], caption=f"{NAME} x2")
    await ada.wait_until(lambda: len(results(ada)) == 1)
    notice = bot.texts(ada, "album-hidden")
    await ada.wait_for(lambda message: message.get("text") == notice)


async def test_a_command_without_a_picture_is_asked_about(bot: RunningBot, group: Group) -> None:
    ada, _ = group.members
    for command in (f"/neon{NAME}", f"/neon{NAME} purple"):
        await ada.send_text(command)
    photo = await ada.send_photo(jpeg())
    await ada.send_text("/neon purple", reply_to=photo)
    await all_is_heard(bot)
    which, strange = bot.texts(ada, "hint-which-picture"), bot.texts(ada, "hint-words")
    assert said(group) == [which, strange]


async def test_everybody_has_their_own_language(bot: RunningBot) -> None:
    people = bot.telegram.person("Ada"), bot.telegram.person("Женя", "ru")
    ada, zhenya = bot.telegram.group("Friends", *people).members
    for person in (ada, zhenya):
        await person.send_photo(jpeg(), caption=f"/neon{NAME}")
        await person.wait_for(_is_captioned(bot.texts(person, "caption-neon", strength="neon")))


async def test_two_who_ask_for_the_same_get_it_once(
    bot: RunningBot, ada: Person, ben: Person
) -> None:
    bot.engine.gate.clear()
    photo = await ada.send_photo(jpeg())
    await ada.send_text("/neon", reply_to=photo)
    await ben.send_text("/neon", reply_to=photo)
    already = bot.texts(ben, "press-already")
    answer = await ben.wait_for(lambda m: m.get("text") == already)
    assert answer["reply_to_message"]["from"]["id"] == ben.id
    bot.engine.gate.set()
    await ada.wait_for(lambda message: "photo" in message)
    assert len(bot.engine.applied) == 1


async def test_a_group_that_becomes_a_supergroup_gets_its_result(
    bot: RunningBot, group: Group
) -> None:
    bot.engine.gate.clear()
    ada, _ = group.members
    await ada.send_photo(jpeg(), caption="/neon")
    await ada.wait_for(lambda m: "%" in m.get("text", ""))
    supergroup = group.upgrade()
    await all_is_heard(bot)
    bot.engine.gate.set()
    member = supergroup.member(ada)
    result = await member.wait_for(lambda message: "photo" in message)
    assert result["chat"]["id"] == supergroup.id


async def test_a_group_that_mutes_the_bot_is_no_failure(
    bot: RunningBot, group: Group, caplog: pytest.LogCaptureFixture
) -> None:
    ada, _ = group.members
    group.mute_bot()
    photo = await ada.send_photo(jpeg())
    await ada.send_text("/neon", reply_to=photo)
    await ada.send_text("/help")
    await all_is_heard(bot)
    assert said(group) == []
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_pictures_that_may_not_be_sent_are_explained(
    bot: RunningBot, group: Group, ada: Person
) -> None:
    refusal = ApiError(400, "Bad Request: not enough rights to send photos to the chat")
    bot.telegram.fail_next("editMessageMedia", refusal)
    await ada.send_photo(jpeg(), caption="/neon")
    text = bot.texts(ada, "error-no-rights")
    await ada.wait_for(lambda message: message.get("text") == text)
    # Known pictures too:
    await ada.send_photo(jpeg(), caption="/x2")
    await ada.wait_for(lambda message: "document" in message)
    await finished(bot, ada)  # it is shown a moment before it is known
    bot.telegram.fail_next("sendDocument", refusal)
    await ada.send_photo(jpeg(), caption="/x2")
    await ada.wait_for(lambda message: message.get("text") == text)


async def test_a_bot_that_is_removed_says_nothing_more(bot: RunningBot, group: Group) -> None:
    bot.engine.gate.clear()
    ada, _ = group.members
    await ada.send_photo(jpeg(), caption="/neon")
    await ada.wait_for(lambda m: "%" in m.get("text", ""))
    group.remove_bot()
    bot.engine.gate.set()
    async with asyncio.timeout(5):
        while any(await bot.services.queue.counts()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert results(ada) == []


async def test_in_the_cloud(function: Function, telegram: Playground) -> None:
    ada, ben = telegram.group("Friends", telegram.person("Ada"), telegram.person("Ben")).members
    photo = await ada.send_photo(jpeg((64, 48)))
    message = await ben.send_text("/x2", reply_to=photo)
    assert await function.post(json.dumps({"update_id": 7, "message": message}).encode()) == 200
    assert await function.next_job() == {"batchItemFailures": []}
    (result,) = results(ada)
    assert result["chat"]["id"] == ada.chat_id
    assert result["reply_to_message"]["message_id"] == photo["message_id"]


async def test_quotas_are_peoples_not_groups(weights: Path) -> None:
    async with run_bot(weights, quota_per_day=1) as bot:
        ada, ben = bot.telegram.group(
            "Friends", bot.telegram.person("Ada"), bot.telegram.person("Ben")
        ).members
        for person, colour in ((ada, "navy"), (ben, "teal"), (ada, "olive")):
            await person.send_photo(jpeg(colour=colour), caption="/neon")
        await ada.wait_until(lambda: len(results(ada)) == 2)
        await all_is_heard(bot)
        assert len(results(ada)) == 2
        assert [m["reply_to_message"]["from"]["id"] for m in ada.messages if "text" in m] == [
            ada.id
        ]


def _keyboard(data: str) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text="Neon", callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def _with_button(message: Json, data: str) -> Json:
    """Return a message as a client sees it that presses what is not there."""
    return message | {"reply_markup": _keyboard(data).model_dump(exclude_none=True)}


def _is_captioned(caption: str) -> Callable[[Json], bool]:
    return lambda message: message.get("caption") == caption
