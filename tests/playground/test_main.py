import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from playground.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "sign", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
async def test_the_playground_starts_chats_and_ends_cleanly(
    weights: Path, sign: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "playground", "--port", "0"),
        cwd=ROOT,
        env={**os.environ, "WEIGHTS": str(weights), "LOG_LEVEL": "WARNING"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    async with ClientSession(found[0]) as session:
        async with session.post("/api/chats", json={"name": "Alice", "language": "ru"}) as made:
            chat = (await made.json())["id"]
        async with session.get("/api/bot") as answer:
            assert (await answer.json())["connected"]
        async with session.post(
            f"/api/chats/{chat}/messages", data={"kind": "text", "text": "/help"}
        ) as sent:
            assert sent.status == 200
        messages: list[dict[str, object]] = []
        while len(messages) < 2:
            async with session.get(f"/api/chats/{chat}/messages") as listed:
                messages = await listed.json()
    assert "Как играть" in str(messages[1]["text"])
    process.send_signal(sign)
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, errors.decode()) == (0, "")


@pytest.mark.parametrize("port", ["x", "99999", "-1", "²"])
def test_a_wrong_port_explains_itself(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", port]) == 2
    error = capsys.readouterr().err
    assert error.startswith("Invalid value for '--port': ")
    assert error.count("\n") == 1
