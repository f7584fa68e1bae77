from pathlib import Path

from tests.handler.running_bot import RunningBot, has_buttons, is_text, jpeg, run_bot


async def test_start_greets_by_name_and_offers_the_start_button(bot: RunningBot) -> None:
    alice = bot.telegram.person(name="Alice", language="ru")
    await alice.send_text("/start")
    greeting = await alice.wait_for(has_buttons)
    assert greeting["text"] == bot.texts(alice, "greeting", name="Alice")
    assert "Alice" in greeting["text"]
    assert await alice.press("🚀 START") == bot.texts(alice, "start-accepted")
    await alice.wait_for(is_text(bot.texts(alice, "what-i-can")))


async def test_start_with_a_deep_link_greets_too(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/start from_a_friend")
    assert has_buttons(await alice.wait_for(has_buttons))


async def test_help(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]


async def test_support_names_the_contact(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/support")
    reply = await alice.wait_for(lambda message: "text" in message)
    assert "@neon_human" in reply["text"]


async def test_support_without_a_contact(weights: Path) -> None:
    async with run_bot(weights) as bot:
        alice = bot.telegram.person(language="ru")
        await alice.send_text("/support")
        assert await bot.said(alice) == [bot.texts(alice, "support-none")]


async def test_a_group_gets_commands_answered_and_is_left_alone_otherwise(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]
    message = bot.updates[-1]["message"]
    group = {**message, "chat": {"id": alice.id, "type": "group", "title": "Friends"}}
    before = len(bot.telegram.calls)
    chatter = {"update_id": 10**9, "message": {**group, "text": "hello", "entities": []}}
    assert await bot.post(chatter) == 200
    assert len(bot.telegram.calls) == before
    assert await bot.post({"update_id": 10**9 + 1, "message": group}) == 200
    assert len(bot.telegram.calls) > before


async def test_commands_may_be_shouted(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    for command in ("/HELP", "/Start"):
        await alice.send_text(command)
    assert await bot.said(alice) == [
        bot.texts(alice, "help"),
        bot.texts(alice, "greeting", name="Alice"),
    ]


async def test_a_caption_is_no_command(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    for command in ("/start", "/help", "/support"):
        await alice.send_photo(jpeg(), caption=command)
    assert await bot.said(alice) == [bot.question(alice)] * 3


async def test_somebody_without_a_name_is_greeted_too(bot: RunningBot) -> None:
    nobody = bot.telegram.person(name=" ", language="ru")
    await nobody.send_text("/start")
    greeting = await nobody.wait_for(has_buttons)
    assert bot.texts(nobody, "nameless") + "! " in greeting["text"]
