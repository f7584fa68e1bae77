"""``python -m playground.aws.stand_ins``: Telegram and AWS for ``sam local``, in the background.

The functions find them by playground/aws/environment.json, which samconfig.toml names. What the
events in events/ are about is there from the start: the person, the photo, the pressed button.
"""

# ruff: noqa: T201  # a command: it prints

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import typer
from aiohttp import ClientSession
from PIL import Image
from skimage import data as photos

from handler.__main__ import exit_code
from handler.processes.running import stop_signal
from playground import Person, Playground
from playground.aws.local_aws import LocalAws, local_aws

ROOT: Final = Path(__file__).parents[2]
TOKEN: Final = "1234567890:sam-local"  # noqa: S105  # opens nothing but the playground
SECRET: Final = "sample-webhook-secret"  # noqa: S105  # the one in the sample events
TELEGRAM_PORT: Final = 8090
AWS_PORT: Final = 4566
PID_FILE: Final = ROOT / "out" / "stand-ins.pid"
LOG_FILE: Final = ROOT / "out" / "stand-ins.log"
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0


class StandInsError(OSError):
    """The stand-ins cannot run; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class StandIns:
    """The world around the functions; Ada is the person in the sample events."""

    telegram: Playground
    aws: LocalAws
    ada: Person


@asynccontextmanager
async def stand_ins(
    host: str, telegram_port: int = TELEGRAM_PORT, aws_port: int = AWS_PORT
) -> AsyncIterator[StandIns]:
    """Run Telegram and AWS, with weights in the bucket and a chat as the sample events have it.

    Raises:
        OSError: a port is taken.
    """
    telegram = Playground(TOKEN, host, telegram_port, callback_lifetime=float("inf"))
    with local_aws(host, TOKEN, SECRET, aws_port) as aws:
        await asyncio.to_thread(aws.publish, ROOT / "weights")
        async with telegram:
            yield StandIns(telegram, aws, await _begin_chat(telegram))


async def _begin_chat(telegram: Playground) -> Person:
    """Say and send what comes before the sample events: messages 1 to 5, by their numbers."""
    ada = telegram.person("Ada", "en")
    photo = BytesIO()
    Image.fromarray(photos.astronaut()).save(photo, "JPEG", quality=92)
    async with ClientSession(f"{telegram.url}/bot{telegram.token}/", raise_for_status=True) as bot:
        await ada.send_text("/start")
        await bot.post("sendMessage", json={"chat_id": ada.id, "text": "Send me a photo."})
        sent = await ada.send_photo(photo.getvalue())
        await bot.post("sendMessage", json={"chat_id": ada.id, "text": "What shall I do with it?"})
        await bot.post("sendMessage", json={"chat_id": ada.id, "text": "In a moment…"})
    for number, size in enumerate(sent["photo"]):
        telegram.name_file(size["file_id"], f"sample-photo-{number}")
    telegram.open_query(ada, "sample-callback-query")
    return ada


def find_host() -> str:
    """Return an address of this machine that containers reach, and the network does not.

    Raises:
        OSError: there is no docker, or it does not answer.
    """
    command = ["docker", "network", "inspect", "bridge", "-f", "{{json .IPAM.Config}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StandInsError(f"docker does not answer: {done.stderr.strip()}")
    config = json.loads(done.stdout)[0]
    gateway = config.get("Gateway") or str(ipaddress.ip_network(config["Subnet"])[1])
    try:
        socket.create_server((gateway, 0)).close()
    except OSError:  # Docker Desktop: the bridge is inside a virtual machine
        return "127.0.0.1"
    return str(gateway)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def up() -> None:
    """Start anew in the background; returns when all answer."""
    down()
    LOG_FILE.parent.mkdir(exist_ok=True)
    with LOG_FILE.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "playground.aws.stand_ins", "run"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not PID_FILE.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            lines = LOG_FILE.read_text(encoding="utf-8").splitlines() or ["no word"]
            raise StandInsError(f"the stand-ins do not start: {lines[-1]}")
        time.sleep(0.1)
    print(LOG_FILE.read_text(encoding="utf-8").strip())


@app.command()
def down() -> None:
    """End what runs in the background, if anything does."""
    try:
        pid = int(PID_FILE.read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        PID_FILE.unlink(missing_ok=True)
        return
    deadline = time.monotonic() + STOP_SECONDS
    while PID_FILE.exists():
        if time.monotonic() > deadline:
            raise StandInsError(f"process {pid} does not stop")
        time.sleep(0.1)


@app.command()
def run() -> None:
    """Run in the foreground, until Ctrl-C."""
    asyncio.run(_run(find_host()))


async def _run(host: str) -> None:
    stopped = stop_signal()
    async with stand_ins(host) as world:
        print(f"Telegram, with a chat page: {world.telegram.url}", flush=True)
        print(f"AWS: http://{host}:{world.aws.port}", flush=True)
        PID_FILE.write_text(str(os.getpid()), encoding="utf-8")
        try:
            await stopped.wait()
        finally:
            PID_FILE.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(exit_code(app, None))
