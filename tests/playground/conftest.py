from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from playground import Person, Playground
from tests.handler.conftest import _logging_as_before, _no_settings_from_outside, weights

__all__ = ["_logging_as_before", "_no_settings_from_outside", "weights"]

RawCall = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground(retry_delay=0.01) as playground:
        yield playground


@pytest.fixture
async def bot(telegram: Playground) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.token, session=session).context() as bot:
        yield bot


@pytest.fixture
async def alice(telegram: Playground) -> Person:
    """Somebody who has written to the bot, which may answer."""
    person = telegram.person("Alice")
    await person.send_text("/start")
    return person


@pytest.fixture
async def http(telegram: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(telegram.url) as session:
        yield session


@pytest.fixture
async def call(telegram: Playground, http: aiohttp.ClientSession) -> RawCall:
    """Call a method with a JSON body, without a client that would set it right."""

    async def raw_call(method: str, **parameters: Any) -> dict[str, Any]:
        async with http.post(f"/bot{telegram.token}/{method}", json=parameters) as response:
            body: dict[str, Any] = await response.json()
            if not body["ok"]:
                assert response.status == body["error_code"]
            return body

    return raw_call
