from pathlib import Path

from tests.handler.running_bot import RunningBot, jpeg, run_bot


async def test_help(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/help")
    assert await bot.said(alice) == [bot.texts(alice, "help")]


async def test_support_names_the_contact(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/support")
    reply = await alice.wait_for(lambda message: "text" in message)
    assert "@neon_human" in reply["text"]


async def test_support_is_no_command_without_a_contact(weights: Path) -> None:
    async with run_bot(weights) as bot:
        alice = bot.telegram.person(language="ru")
        await alice.send_text("/support")
        (answer,) = await bot.said(alice)
        assert answer.startswith("Этот чит-код не работает")
        assert "/settings" in answer
        assert "/support" not in answer


async def test_about(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/about")
    assert await bot.said(alice) == [bot.texts(alice, "about")]


async def test_the_commands_that_there_are_are_named_to_who_types_others(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="en")
    await alice.send_text("/strat")
    (answer,) = await bot.said(alice)
    assert answer.endswith("/start, /help, /settings, /privacy, /forget, /about, /support.")


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
    for command in ("/HELP", "/About"):
        await alice.send_text(command)
    assert await bot.said(alice) == [bot.texts(alice, "help"), bot.texts(alice, "about")]


async def test_a_caption_is_no_command(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    for command in ("/start", "/help", "/support"):
        await alice.send_photo(jpeg(), caption=command)
    assert await bot.said(alice) == [bot.question(alice)] * 3
