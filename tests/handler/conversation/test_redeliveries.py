import asyncio

import pytest
from aiogram.types import TelegramObject, Update

from handler.conversation.redeliveries import (
    WORK_SECONDS,
    InProgressError,
    RedeliveryMiddleware,
)
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.results import SqliteResultCache
from tests.handler.running_bot import RunningBot, has_buttons, is_text, results


async def test_a_press_delivered_again_gives_no_second_result(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.press("neon:neon", await bot.offered(alice))
    await alice.wait_for(lambda message: "photo" in message)
    update = bot.updates[-1]
    assert update["callback_query"]["data"] == "neon:neon"
    assert await asyncio.gather(*(bot.post(update) for _ in range(3))) == [200] * 3
    assert len(results(alice)) == 1
    assert bot.engine.applied == ["neon:neon"]


async def test_a_photo_delivered_again_gets_no_second_buttons(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await bot.offered(alice)
    assert await bot.post(bot.updates[-1]) == 200
    assert len([message for message in alice.messages if has_buttons(message)]) == 1


async def test_what_failed_may_come_again(database: Database) -> None:
    middleware = RedeliveryMiddleware(SqliteResultCache(database, 8))
    calls: list[int] = []

    async def fail(event: object, data: dict[str, object]) -> None:
        calls.append(1)
        raise asyncio.CancelledError

    for _ in range(2):
        with pytest.raises(asyncio.CancelledError):
            await middleware(fail, Update(update_id=7), {})
    assert len(calls) == 2


async def test_the_second_delivery_waits_for_the_first_but_not_for_a_dead_one(
    database: Database,
) -> None:
    now = 0.0
    middleware = RedeliveryMiddleware(SqliteResultCache(database, 8, clock=lambda: now))
    begun, may_end = asyncio.Event(), asyncio.Event()
    calls: list[int] = []

    async def work(event: object, data: dict[str, object]) -> None:
        calls.append(1)
        begun.set()
        await may_end.wait()

    first = asyncio.create_task(middleware(work, Update(update_id=7), {}))
    await begun.wait()
    with pytest.raises(InProgressError):
        await middleware(work, Update(update_id=7), {})
    now += WORK_SECONDS + 1  # the first one must have died
    may_end.set()
    await middleware(work, Update(update_id=7), {})
    await first
    await middleware(work, Update(update_id=7), {})
    now += WORK_SECONDS + 1  # what is done is known for longer
    await middleware(work, Update(update_id=7), {})
    assert len(calls) == 2


async def test_telegram_is_asked_to_repeat_what_another_process_works_on(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "help")))
    update = {**bot.updates[-1], "update_id": 10**9}
    await bot.services.results.claim(f"update:{10**9}", 60)
    assert await bot.post(update) == 503
    await bot.services.results.release(f"update:{10**9}")
    assert await bot.post(update) == 200
    await alice.wait_for(is_text(bot.texts(alice, "help")))


async def test_it_belongs_on_updates(database: Database) -> None:
    with pytest.raises(TypeError, match="TelegramObject"):
        await RedeliveryMiddleware(SqliteResultCache(database, 8))(
            None,  # type: ignore[arg-type]
            TelegramObject(),
            {},
        )
