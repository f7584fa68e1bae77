"""In the cloud one function talks to people, another works: jobs that wait, or are cancelled."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handler.endpoints import WEBHOOK_PATH
from handler.jobs import line
from handler.processes.lambda_environment import Environment
from handler.telegram.client import create_bot
from playground import Person, Playground
from playground.aws.events import Context, http_api
from tests.handler.jobs.workbench import wait
from tests.handler.running_bot import (
    SECRET,
    Json,
    buttons,
    has_buttons,
    has_cancel,
    is_text,
    jpeg,
    results,
    services_for,
)
from tests.handler.running_function import Function
from tests.playground.waiting import until


@pytest.fixture(autouse=True)
async def _webhook(function: Function, telegram: Playground, weights: Path) -> AsyncIterator[None]:
    """The function that talks to Telegram, beside the one that works."""
    settings = function.services.settings
    aws: Json = {"queue_url": settings.queue_url, "results_table": settings.results_table}
    services, _ = services_for(telegram, weights, **aws)
    environment = Environment(lambda: services)
    bot = create_bot(settings)

    async def invoke(event: Any) -> Json:
        return await asyncio.to_thread(environment.handle, event, Context(30_000, "request-1"))

    async with http_api(invoke) as url:
        await bot.set_webhook(url + WEBHOOK_PATH, secret_token=SECRET)
        yield
    await bot.session.close()
    await asyncio.to_thread(environment.close)


@pytest.fixture
def alice(telegram: Playground) -> Person:
    return telegram.person("Alice")


async def pressed(
    telegram: Playground, alice: Person, offer: Json | None = None, code: str = "neon:neon"
) -> Json:
    """Ask for an effect; returns the status message of the job, which lies in the queue."""
    if offer is None:
        await alice.send_photo(jpeg())
        offer = await alice.wait_for(has_buttons)
    await alice.press(code, offer)
    status = await alice.wait_for(has_cancel)

    async def is_kept() -> bool:
        return not telegram.pending_updates

    await until(is_kept)
    return status


async def test_a_job_that_waits_is_dropped_when_it_comes(
    function: Function, telegram: Playground, alice: Person
) -> None:
    status = await pressed(telegram, alice)
    answer = await alice.press(buttons(status)[0][0], status)
    texts = function.services.texts
    assert answer == texts.get("en", "press-cancelled")
    await alice.wait_for(is_text(texts.get("en", "status-cancelled")))
    assert await function.next_job() == {"batchItemFailures": []}
    assert await function.next_job() is None
    assert function.engine.applied == []
    assert alice.messages[-1]["text"] == texts.get("en", "status-cancelled")


async def test_the_work_ends_although_another_process_was_told(
    function: Function, telegram: Playground, alice: Person
) -> None:
    status = await pressed(telegram, alice)
    function.engine.gate.clear()
    working = asyncio.create_task(function.next_job())
    await wait(function.engine.begun)
    await alice.press(buttons(status)[0][0], status)
    assert await asyncio.wait_for(working, 20) == {"batchItemFailures": []}
    assert function.engine.ended.is_set()
    assert alice.messages[-1]["text"] == function.services.texts.get("en", "status-cancelled")
    assert results(alice) == []


async def test_what_was_cancelled_can_be_asked_for_again(
    function: Function, telegram: Playground, alice: Person
) -> None:
    status = await pressed(telegram, alice)
    await alice.press(buttons(status)[0][0], status)
    offer = next(message for message in alice.messages if has_buttons(message))
    await pressed(telegram, alice, offer)
    while await function.next_job():
        pass
    assert len(results(alice)) == 1
    assert function.engine.applied == ["neon:neon"]


async def test_ones_own_jobs_are_counted_though_sqs_knows_no_places(
    function: Function, telegram: Playground, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "EDIT_SECONDS", 0)
    texts = function.services.texts
    first = await pressed(telegram, alice, code="upscale:4")
    offer = next(message for message in alice.messages if has_buttons(message))
    for code in ("upscale:3", "upscale:2", "neon:neon"):
        last = await pressed(telegram, alice, offer, code)
        own = {"upscale:3": 1, "upscale:2": 2, "neon:neon": 0}[code]
        family = code.partition(":")[0]
        assert last["text"] == texts.get("en", "status-queued", effect=family, own=own, others=0)
        assert last["message_id"] != first["message_id"]
    await function.next_job()
    one = texts.get("en", "status-queued", effect="upscale", own=1, others=0)
    await alice.wait_for(lambda message: message.get("text", "").startswith(f"{one}\n⏱"))
