import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from playground import Playground
from tests.playground.waiting import until

Respond = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class Receiver:
    """A bot's webhook that notes what it gets."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    respond: Respond | None = None

    async def handle(self, request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return await self.respond(update) if self.respond else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


async def serve(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.handle)
    runner, receiver.url = await serve(application)
    yield receiver
    await runner.cleanup()


def receiver_shows(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return condition()

    return ask


async def test_update_is_delivered_with_the_secret(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url, secret_token="s3cret_-X")
    person = telegram.person(language="ru")
    sent = await person.send_text("/start now")
    await until(receiver_shows(lambda: bool(receiver.updates)))
    assert receiver.secrets == ["s3cret_-X"]
    assert receiver.updates[0]["message"] == sent
    assert sent["from"]["language_code"] == "ru"
    assert sent["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_waiting_updates_are_delivered_once_a_webhook_is_set(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    person = telegram.person()
    await person.send_text("early")
    await bot.set_webhook(receiver.url)
    await until(receiver_shows(lambda: bool(receiver.updates)))
    assert receiver.texts() == ["early"]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_failed_update_is_repeated_before_the_next_one(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    answers = iter([500, 404, 302])

    async def fail_three_times(_: dict[str, Any]) -> web.Response:
        return web.Response(status=next(answers, 204))

    receiver.respond = fail_three_times
    await bot.set_webhook(receiver.url)
    person = telegram.person()
    await person.send_text("first")
    await person.send_text("second")
    await until(receiver_shows(lambda: "second" in receiver.texts()))
    assert receiver.texts() == ["first"] * 4 + ["second"]
    assert len({update["update_id"] for update in receiver.updates}) == 2
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_slow_webhook_is_tried_again(receiver: Receiver) -> None:
    async def be_slow_once(_: dict[str, Any]) -> web.Response:
        if len(receiver.updates) == 1:
            await asyncio.Event().wait()
        return web.Response()

    receiver.respond = be_slow_once
    async with (
        Playground(webhook_timeout=0.05, retry_delay=0.01) as telegram,
        aiohttp.ClientSession() as http,
    ):
        parameters = {"url": receiver.url}
        await http.post(f"{telegram.url}/bot{telegram.token}/setWebhook", json=parameters)
        await telegram.person().send_text("hello")
        await until(receiver_shows(lambda: len(receiver.updates) > 1))
    assert receiver.texts() == ["hello", "hello"]


async def test_one_chat_does_not_hold_up_another(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    slow, quick = telegram.person("Slow"), telegram.person("Quick")
    release = asyncio.Event()

    async def hold(update: dict[str, Any]) -> web.Response:
        if update["message"]["from"]["id"] == slow.id:
            await release.wait()
        return web.Response()

    receiver.respond = hold
    await bot.set_webhook(receiver.url)
    await slow.send_text("slow 1")
    await slow.send_text("slow 2")
    await quick.send_text("quick")
    await until(receiver_shows(lambda: "quick" in receiver.texts()))
    assert "slow 2" not in receiver.texts()
    release.set()
    await until(receiver_shows(lambda: "slow 2" in receiver.texts()))


async def test_method_in_the_answer_is_executed(telegram: Playground, bot: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> SendMessage:
        return message.answer(f"You said {message.text}")

    application = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(
        application, path="/hook"
    )
    runner, url = await serve(application)
    await bot.set_webhook(url)
    person = telegram.person()
    await person.send_text("hello")
    answer = await person.wait_for(lambda m: True)
    assert answer["text"] == "You said hello"
    await runner.cleanup()


async def test_json_method_in_the_answer_is_executed(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    async def answer(update: dict[str, Any]) -> web.Response:
        chat_id = update["message"]["chat"]["id"]
        return web.json_response({"method": "sendMessage", "chat_id": chat_id, "text": "Hi"})

    receiver.respond = answer
    await bot.set_webhook(receiver.url)
    person = telegram.person()
    await person.send_text("hello")
    assert (await person.wait_for(lambda m: True))["text"] == "Hi"


async def test_nothing_comes_after_delete_webhook(
    telegram: Playground, bot: Bot, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    person = telegram.person()
    await person.send_text("before")
    await until(receiver_shows(lambda: bool(receiver.updates)))
    assert receiver.texts() == ["before"]
    await bot.delete_webhook()
    await person.send_text("after")
    updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["after"]
    assert receiver.texts() == ["before"]


async def test_unreachable_webhook_is_reported(telegram: Playground, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:1/hook")
    await telegram.person().send_text("hello")

    async def reported() -> bool:
        return (await bot.get_webhook_info()).last_error_message is not None

    await until(reported)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection failed: ClientConnectorError"
    assert info.pending_update_count == 1
