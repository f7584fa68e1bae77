from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import HttpUrl, SecretStr

from handler.services import Services
from handler.settings import MissingSettingError
from handler.webhook_admin import delete_webhook, set_webhook, webhook_info
from playground import Playground
from tests.handler.running_bot import SECRET, services_for

BOT = "http://127.0.0.1:9"


@pytest.fixture
async def services(telegram: Playground, weights: Path) -> AsyncIterator[Services]:
    services, _ = services_for(telegram, weights, BOT)
    async with services:
        yield services


async def test_set_tells_address_secret_and_kinds_of_updates(
    telegram: Playground, services: Services
) -> None:
    assert await set_webhook(services) == f"{BOT}/telegram/webhook"
    (call,) = [call for call in telegram.calls if call.method == "setWebhook"]
    assert call.params["secret_token"] == SECRET
    assert sorted(call.params["allowed_updates"]) == ["callback_query", "message"]


async def test_info_is_readable_and_without_the_secret(services: Services) -> None:
    await set_webhook(services)
    text = await webhook_info(services)
    assert f"{BOT}/telegram/webhook" in text
    assert "callback_query" in text
    assert SECRET not in text


async def test_info_tells_the_last_error(telegram: Playground, services: Services) -> None:
    await set_webhook(services)  # nobody listens there
    await telegram.person().send_text("hello")
    while (await services.bot.get_webhook_info()).last_error_date is None:
        pass
    text = await webhook_info(services)
    assert "last error" in text
    assert "updates waiting      1" in text


async def test_delete(services: Services) -> None:
    await set_webhook(services)
    await delete_webhook(services)
    assert "no webhook is set" in await webhook_info(services)


@pytest.mark.parametrize(
    ("address", "complete"),
    [
        (BOT, f"{BOT}/telegram/webhook"),
        (f"{BOT}/", f"{BOT}/telegram/webhook"),
        (f"{BOT}?a=b", f"{BOT}/telegram/webhook?a=b"),
        (f"{BOT}/behind/a/proxy", f"{BOT}/behind/a/proxy"),
    ],
)
async def test_only_an_address_without_a_path_is_completed(
    telegram: Playground, weights: Path, address: str, complete: str
) -> None:
    services, _ = services_for(telegram, weights, webhook_url=HttpUrl(address))
    async with services:
        assert await set_webhook(services) == complete
        assert (await services.bot.get_webhook_info()).url == complete


@pytest.mark.parametrize(
    ("missing", "nothing", "variable"),
    [
        ("webhook_url", None, "WEBHOOK_URL"),
        ("webhook_secret", None, "WEBHOOK_SECRET"),
        ("webhook_secret", SecretStr(""), "WEBHOOK_SECRET"),
    ],
)
async def test_set_needs_address_and_secret(
    telegram: Playground, weights: Path, missing: str, nothing: object, variable: str
) -> None:
    services, _ = services_for(telegram, weights, BOT, **{missing: nothing})
    async with services:
        with pytest.raises(MissingSettingError, match=variable):
            await set_webhook(services)
    assert telegram.calls == []
