"""An update is confirmed when it is handled or kept, and not before."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import HttpUrl, SecretStr

from handler.jobs.sqlite.database import IN_MEMORY
from handler.processes import polling
from handler.processes.polling import Polling
from handler.services import Services
from handler.settings import Settings
from handler.telegram.retry import SEND
from playground import Fault, Playground
from playground.engine import FakeEngine
from tests.handler.running_bot import TOKEN

Run = tuple[Services, asyncio.Event, "asyncio.Task[None]"]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.01)


@pytest.fixture
async def run(telegram: Playground, weights: Path) -> AsyncIterator[Run]:
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        telegram_api_url=HttpUrl(telegram.url),
        weights=weights,
        store=IN_MEMORY,
    )
    stopped = asyncio.Event()
    async with Services(settings, engine_factory=FakeEngine) as services:
        running = Polling(services.bot, services.dispatcher).run(stopped)
        task = asyncio.create_task(running)
        yield services, stopped, task
        stopped.set()
        await asyncio.wait_for(task, 5)


def greetings(texts: list[str], services: Services) -> int:
    return texts.count(services.texts.get("en", "help"))


async def test_an_update_that_telegram_would_not_answer_is_fetched_again(
    run: Run, telegram: Playground
) -> None:
    services, _, _ = run
    alice, bob = telegram.person("Alice"), telegram.person("Bob")
    telegram.fail_next("sendMessage", Fault("page"), times=SEND.attempts + 1)
    await alice.send_text("/help")
    await bob.send_text("/help")
    for person in (alice, bob):
        await person.wait_for(lambda message: "text" in message, timeout=10)
    async with asyncio.timeout(5):
        while telegram.pending_updates:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    for person in (alice, bob):
        texts = [str(message.get("text")) for message in person.messages]
        assert greetings(texts, services) == 1


async def test_polling_goes_on_when_telegram_cannot_be_asked(
    run: Run, telegram: Playground
) -> None:
    alice = telegram.person("Alice")
    telegram.fail_next("getUpdates", Fault("page"), times=3)
    await alice.send_text("/help")
    await alice.wait_for(lambda message: "text" in message, timeout=10)


async def test_a_stop_confirms_what_is_handled_and_waits_for_nothing(
    run: Run, telegram: Playground
) -> None:
    _, stopped, task = run
    alice = telegram.person("Alice")
    await alice.send_text("/help")
    await alice.wait_for(lambda message: "text" in message, timeout=10)
    stopped.set()
    await asyncio.wait_for(task, 2)
    assert telegram.pending_updates == 0
