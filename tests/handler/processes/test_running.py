import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from pydantic import HttpUrl, SecretStr

from handler.aws import sqs
from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.jobs.job import Job
from handler.processes import running
from handler.settings import Settings
from handler.telegram.client import create_bot
from playground import Person, Playground
from playground.engine import FakeEngine
from tests.aws import Aws
from tests.handler.running_bot import (
    NEON_DIGEST,
    SECRET,
    TOKEN,
    has_buttons,
    jpeg,
    opened,
    results,
)

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Working:
    """A worker in the middle of a job, which ends when the engine's gate is opened."""

    task: asyncio.Task[None]
    stopped: asyncio.Event
    engine: FakeEngine
    alice: Person
    queue_url: str

    def messages(self) -> tuple[str, str]:
        """Say how many messages wait in the queue, and how many are being worked on."""
        asked = client("sqs").get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])
        left = asked["Attributes"]
        return (
            left["ApproximateNumberOfMessages"],
            left["ApproximateNumberOfMessagesNotVisible"],
        )


async def test_polling_works_too_and_takes_a_webhook_back(
    telegram: Playground, weights: Path
) -> None:
    settings = Settings(
        bot_token=SecretStr(TOKEN), telegram_api_url=HttpUrl(telegram.url), weights=weights
    )
    stopped = asyncio.Event()
    async with create_bot(settings) as earlier:
        await earlier.set_webhook("http://127.0.0.1:9/telegram/webhook")
    polling = asyncio.create_task(running.poll(settings, stopped, FakeEngine))
    alice = telegram.person()
    await alice.send_photo(jpeg((50, 40)))
    await alice.press("upscale:2", await alice.wait_for(has_buttons))
    result = await alice.wait_for(lambda message: "document" in message)
    assert opened(await alice.download(result)).size == (100, 80)
    stopped.set()
    await asyncio.wait_for(polling, 20)


async def test_serve_answers_and_ends_cleanly(telegram: Playground, weights: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handler", "serve"),
        cwd=ROOT,
        env={
            **os.environ,
            "BOT_TOKEN": TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_URL": telegram.url,
            "WEIGHTS": str(weights),
            "PORT": str(port),
            "STORE": str(weights / "store.db"),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    await process.stdout.readline()  # it says where it listens
    async with ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/health") as health:
            assert health.status == 200
        loaded = await asyncio.to_thread(Path(f"/proc/{process.pid}/maps").read_text)
        assert "libtorch" not in loaded
        async with session.post("/telegram/webhook", data=b"{}") as refused:
            assert refused.status == 401
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WORK_GRACE_SECONDS", 0.01)


@pytest.fixture
async def working(
    telegram: Playground, weights: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Working]:
    monkeypatch.setattr(sqs, "LONGEST_POLL_SECONDS", 1)  # a stop waits for the poll's end
    queue = aws.fifo_queue()
    alice, engine = telegram.person("Alice"), FakeEngine()
    photo = await alice.send_photo(jpeg())
    job = Job(
        id="1",
        chat_id=alice.id,
        photo_message_id=photo["message_id"],
        source="photo",
        file_id=photo["photo"][-1]["file_id"],
        file_unique_id=photo["photo"][-1]["file_unique_id"],
        effect_code="neon:max",
        model_digest=NEON_DIGEST,
    )
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        telegram_api_url=HttpUrl(telegram.url),
        weights=weights,
        queue_url=queue.url,
        results_table=aws.table(),
        workers=1,
    )
    await SqsJobQueue(queue.url).put(job)
    engine.gate.clear()
    stopped = asyncio.Event()
    task = asyncio.create_task(running.work(settings, stopped, lambda: engine))
    while not engine.applied:
        assert not task.done()
        await asyncio.sleep(0.01)
    yield Working(task, stopped, engine, alice, queue.url)
    engine.gate.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_worker_finishes_its_job_when_it_is_told_to_stop(working: Working) -> None:
    working.stopped.set()
    working.engine.gate.set()
    await asyncio.wait_for(working.task, 20)
    assert len(results(working.alice)) == 1
    assert working.messages() == ("0", "0")


@pytest.mark.usefixtures("short_grace")
async def test_a_worker_hands_its_job_back_when_the_grace_is_over(working: Working) -> None:
    working.stopped.set()
    await asyncio.wait_for(working.task, 8)
    assert results(working.alice) == []
    assert working.messages() == ("1", "0")
