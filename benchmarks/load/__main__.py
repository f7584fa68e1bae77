"""Let many people at the bot, and measure throughput, answers, fairness and memory: ``--help``.

The bot is ``handler serve`` and its worker, as real processes, with the real networks and a store
in a file. Telegram is the local one, at a distance of 100 ms, and some of its answers fail. First
a few people come when nothing is computed, then many take turns, then one sends very many
pictures and many others one each. What stands for Telegram and the people shares the processor, so
it gives way to the webhook.
"""

import argparse
import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from aiohttp import ClientError, ClientSession
from pydantic import HttpUrl, SecretStr

from benchmarks.load.network import Mishaps, distance
from benchmarks.load.people import ARRIVAL_SECONDS, People, Pictures, Visit, note_answers
from benchmarks.load.report import Report, Sample, read_notes
from benchmarks.progress import progress
from handler.endpoints import HEALTH_PATH, WEBHOOK_PATH
from handler.settings import Settings
from handler.telegram.client import create_bot
from playground import Playground

SAMPLE_SECONDS: Final = 1.0
START_SECONDS: Final = 300.0
GIVE_WAY: Final = 5
"""Niceness of the people and the local Telegram, which in life are on other machines: between that
of the webhook and that of the worker."""
HANDS: Final = 8
"""Pictures that the one of many sends at once."""
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Run it; returns 1 when somebody has no result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--chats", type=int, default=200, help="people who take turns")
    parser.add_argument("--jobs", type=int, default=2000, help="pictures that they send in all")
    parser.add_argument("--many", type=int, default=500, help="pictures of the one who sends many")
    parser.add_argument("--singles", type=int, default=50, help="people who then send one each")
    parser.add_argument("--idle", type=int, default=30, help="pictures while nothing is computed")
    parser.add_argument("--double-taps", type=float, default=0.2, help="share of presses, 0 to 1")
    parser.add_argument("--faults", type=float, default=0.05, help="share of calls that fail")
    parser.add_argument("--latency", type=float, default=0.1, help="to Telegram and back, seconds")
    parser.add_argument("--width", type=int, default=1280, help="of the pictures, 4:3, pixels")
    parser.add_argument("--output", type=Path, default=Path("out"), help="folder for the plot")
    options = parser.parse_args()
    report = asyncio.run(_run(options))
    print(*report.lines(), sep="\n")
    options.output.mkdir(parents=True, exist_ok=True)
    report.plot(options.output / "load.png")
    print(f"{'plot':<26}{options.output / 'load.png'}")
    everybody = (*report.visits, *report.crowd, *report.singles)
    return 0 if all(visit.wish.messages("result") for visit in everybody) else 1


async def _run(options: argparse.Namespace) -> Report:
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    print(f"the log is {folder / 'bot.log'}", flush=True)
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(24)}"
    mishaps = Mishaps(0.0)
    total = options.jobs + options.many + options.singles + options.idle
    telegram = Playground(
        token, faults=mishaps, files_kept=20 * total, calls_kept=60 * total, retry_delay=0.2
    )
    pictures = Pictures((options.width, options.width * 3 // 4))
    people = People(telegram, pictures, options.double_taps)
    memory: list[Sample] = []
    async with telegram, progress(total, lambda: people.answered), AsyncExitStack() as stack:
        port = await stack.enter_async_context(
            distance(int(telegram.url.rpartition(":")[2]), options.latency)
        )
        async with _bot(folder, token, telegram, port) as process:
            os.nice(GIVE_WAY)
            sampling = asyncio.create_task(_sample(process.pid, memory))
            await _one_by_one(people, telegram, 3)  # torch, weights
            idle_began = time.monotonic()
            await _one_by_one(people, telegram, options.idle)
            mishaps.share = options.faults
            began = time.monotonic()
            visits = await people.take_turns(options.chats, options.jobs)
            ended = time.monotonic()
            # Not before: the local Telegram forgets the oldest of too many pictures.
            crowd = await _offered_many(people, telegram, options.many)
            again = time.monotonic()
            singles = await _one_against_many(people, telegram, crowd, options.singles)
            sampling.cancel()
    for group in (visits, crowd, singles):
        note_answers(group, telegram)
    notes = read_notes(folder / "notes")
    return Report(
        idle=[note for note in notes if idle_began < note.at < began],
        busy=[note for note in notes if began < note.at < ended or note.at > again],
        visits=visits,
        seconds=ended - began,
        crowd=crowd,
        singles=singles,
        failed_calls=mishaps.count,
        memory=memory,
    )


async def _one_by_one(people: People, telegram: Playground, jobs: int) -> None:
    person = telegram.person("Idle")
    for _ in range(jobs):
        visit = await people.offered(person)
        await people.press(visit)
        await people.wait(visit)


async def _offered_many(people: People, telegram: Playground, many: int) -> list[Visit]:
    person, hands = telegram.person("Many"), asyncio.Semaphore(HANDS)

    async def offered() -> Visit:
        async with hands:
            return await people.offered(person)

    return list(await asyncio.gather(*(offered() for _ in range(many))))


async def _one_against_many(
    people: People, telegram: Playground, crowd: list[Visit], singles: int
) -> list[Visit]:
    """Let one press under all of their pictures, then each of many others under one.

    Returns:
        Those with one each.
    """
    for visit in crowd:
        await people.press(visit)

    async def come(number: int) -> Visit:
        await asyncio.sleep(number * ARRIVAL_SECONDS)
        visit = await people.offered(telegram.person(f"S{number}"))
        await people.press(visit)
        return visit

    others = list(await asyncio.gather(*map(come, range(singles))))
    for visit in (*crowd, *others):
        await people.wait(visit)
    return others


@asynccontextmanager
async def _bot(
    folder: Path, token: str, telegram: Playground, telegram_port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot until the end of this context, with its webhook set."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = secrets.token_urlsafe(16)
    environment = {
        "BOT_TOKEN": token,
        "WEBHOOK_SECRET": secret,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{telegram_port}",
        "PORT": str(port),
        "STORE": str(folder / "store.db"),
        "LOAD_NOTES": str(folder / "notes"),
    }
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.load.bot", "serve"),
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        await _until_it_answers(url + HEALTH_PATH)
        settings = Settings(bot_token=SecretStr(token), telegram_api_url=HttpUrl(telegram.url))
        async with create_bot(settings) as bot:
            await bot.set_webhook(url + WEBHOOK_PATH, secret_token=secret)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _until_it_answers(url: str) -> None:
    async with asyncio.timeout(START_SECONDS), ClientSession() as session:
        while True:
            with suppress(ClientError):
                async with session.get(url):
                    return
            await asyncio.sleep(0.1)


async def _sample(pid: int, samples: list[Sample]) -> None:
    while True:
        worker = sum(map(_megabytes, _children(pid)))
        samples.append(Sample(time.monotonic(), _megabytes(pid), worker))
        await asyncio.sleep(SAMPLE_SECONDS)


def _megabytes(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:  # it has just ended
        return 0.0
    return int(pages) * PAGE / 1e6


def _children(pid: int) -> Sequence[int]:
    with suppress(OSError):
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    listing = subprocess.run(  # noqa: S603  # where the kernel has no such file
        ["pgrep", "-P", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in listing.stdout.split()]


if __name__ == "__main__":
    sys.exit(main())
