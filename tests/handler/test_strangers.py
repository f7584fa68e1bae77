"""What strangers send to the server, below any update."""

import asyncio
import logging

import pytest

from handler.endpoints import WEBHOOK_PATH
from handler.webhook import SECRET_HEADER
from tests.handler.running_bot import SECRET, TOKEN, RunningBot


async def exchange(bot: RunningBot, request: bytes) -> bytes:
    host, port = bot.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "headers",
    [
        f"{SECRET_HEADER}: {SECRET}\x00",
        f"{SECRET_HEADER}: {SECRET}\r\nbroken header",
        f"broken header\r\n{SECRET_HEADER}: {SECRET}",
        f"{SECRET_HEADER}: {SECRET}\r\nContent-Length: many",
        f"X-Url: /bot{TOKEN}/\x01",
    ],
)
async def test_a_malformed_header_shows_no_secret_and_gets_a_400(
    bot: RunningBot, caplog: pytest.LogCaptureFixture, headers: str
) -> None:
    request = f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: bot\r\n{headers}\r\n\r\n{{}}"
    with caplog.at_level(logging.DEBUG):
        answer = await exchange(bot, request.encode())
    assert b" 400 " in answer.splitlines()[0]
    log = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    for secret in (SECRET, TOKEN):
        assert secret not in log


async def test_a_malformed_request_is_logged(
    bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await exchange(bot, b"GET / HTTP/1.1\r\nbroken header\r\n\r\n")
    assert "Error handling request" in caplog.text
