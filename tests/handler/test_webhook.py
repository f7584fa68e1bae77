"""What only the server does with updates, and what only the webhook's own code shows."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from aiogram import Bot, Dispatcher

from handler.endpoints import WEBHOOK_PATH
from handler.webhook import Webhook
from tests.handler.running_bot import SECRET, TOKEN, RunningBot, is_text


async def test_a_secret_of_arbitrary_bytes_is_refused(bot: RunningBot) -> None:
    head = _head(bot, b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\x80\r\nContent-Length: 2\r\n")
    assert await _raw_status(bot, head + b"{}") == 401


async def test_an_impostor_is_refused_before_the_body_is_read(bot: RunningBot) -> None:
    head = _head(bot, b"Content-Length: 900000\r\n")
    assert await _raw_status(bot, head) == 401  # not a byte of the body was sent


async def test_deeply_nested_replies_do_no_harm(bot: RunningBot) -> None:
    chat = {"id": 1, "type": "private"}
    message: dict[str, object] = {"message_id": 1, "date": 1, "chat": chat, "text": "hi"}
    for _ in range(300):
        message = {**message, "reply_to_message": message}
        message["chat"] = chat
    assert await bot.post(json.dumps({"update_id": 7, "message": message}).encode()) in (200, 400)
    await _still_works(bot)


async def test_the_answer_comes_after_the_work(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "help")))
    update = {**bot.updates[-1], "update_id": 10**9}
    before = len(bot.telegram.calls)
    assert await bot.post(update) == 200
    assert len(bot.telegram.calls) == before + 1


async def test_when_even_the_handler_of_errors_fails_the_update_is_not_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.update.outer_middleware
    async def fail(*_: object) -> None:
        raise RuntimeError("no luck")

    webhook = Webhook(dispatcher, Bot(TOKEN), SECRET)
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hi"}
    body = json.dumps({"update_id": 7, "message": message}).encode()
    assert (await webhook.answer(SECRET, body)).status == 200
    assert "update 7 (message)" in caplog.text


def test_a_webhook_without_a_secret_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(Dispatcher(), Bot(TOKEN), "")


async def _still_works(bot: RunningBot) -> None:
    alice = bot.telegram.person()
    await alice.send_text("/help")
    await alice.wait_for(is_text(bot.texts(alice, "help")))


def _head(bot: RunningBot, headers: bytes) -> bytes:
    return f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: bot\r\n".encode() + headers + b"\r\n"


async def _raw_status(bot: RunningBot, request: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(bot.url).port)
    writer.write(request)
    await writer.drain()
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(line.split()[1])
