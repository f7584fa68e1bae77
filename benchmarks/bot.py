"""The benchmark of the running bot: seconds, milliseconds and memory, through real HTTP.

Each effect is measured in a process of its own, so that "cold" is the first job of a fresh
process (torch imported, weights read and verified) and the peak memory is that effect's. The
playground runs in the same process as the bot; its share is in the figures.
"""

import argparse
import asyncio
import io
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession
from PIL import Image
from skimage import data as photos

from handler.webhook import SECRET_HEADER
from playground.engine import FakeEngine
from playground.events import Json
from playground.local_bot import LocalBot, local_bot
from playground.person import Person

PHOTO_SIZE = (1280, 960)
WARM_JOBS = 5
REQUESTS = 200


def photo(number: int) -> bytes:
    """A photo of 1280×960; another one for each number, so that no result is known already."""
    image = Image.fromarray(photos.coffee()).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)
    image.paste((number * 40 % 256, number * 90 % 256, 128), (0, 0, 32, 32))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def peak_memory() -> float:
    """Largest resident size this process has had, MB."""
    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


async def seconds_to_deliver(person: Person, button: str, number: int) -> float:
    """Send a photo, press a button; seconds from the press to the picture in the chat."""
    sent = await person.send_photo(photo(number))

    def offers(message: Json) -> bool:
        reply: Json = message.get("reply_to_message", {})
        is_about_it = reply.get("message_id") == sent["message_id"]
        return is_about_it and button in str(message.get("reply_markup"))

    def answers(message: Json) -> bool:
        reply: Json = message.get("reply_to_message", {})
        return reply.get("message_id") == sent["message_id"] and (
            "photo" in message or "document" in message
        )

    offer = await person.wait_for(offers)
    start = time.perf_counter()
    await person.press(button, offer)
    await person.wait_for(answers, timeout=600)
    return time.perf_counter() - start


async def measure_effect(button: str) -> dict[str, float]:
    """Measure one effect in this process."""
    async with local_bot() as bot:
        person = bot.telegram.person()
        idle = peak_memory()
        cold = await seconds_to_deliver(person, button, 0)
        warm = [await seconds_to_deliver(person, button, i) for i in range(1, WARM_JOBS + 1)]
    return {
        "cold": cold,
        "warm": statistics.median(warm),
        "idle memory": idle,
        "peak memory": peak_memory(),
    }


async def milliseconds(bot: LocalBot, updates: list[Json]) -> list[float]:
    """Post updates to the webhook one after another; milliseconds each."""
    found = []
    async with ClientSession(headers={SECRET_HEADER: bot.secret}) as session:
        for update in updates:
            start = time.perf_counter()
            async with session.post(bot.webhook_url, json=update) as response:
                response.raise_for_status()
            found.append((time.perf_counter() - start) * 1e3)
    return found


async def measure_webhook() -> dict[str, float]:
    """Measure the webhook, the networks taken out.

    Returns:
        Milliseconds from posting /start to the webhook's answer (the greeting is sent by then),
        and from the press of a button to the bot's answer to it; peak memory in MB.
    """
    async with local_bot(engine_factory=FakeEngine) as bot:
        person = bot.telegram.person()
        command: dict[str, Any] = await person.send_text("/start")
        await person.wait_for(lambda message: "reply_markup" in message)
        starts = [{"update_id": 10**6 + i, "message": command} for i in range(REQUESTS)]
        start = await milliseconds(bot, starts)
        presses = []
        for number in range(REQUESTS):
            await person.send_photo(photo(number))
            offer = await person.wait_for(lambda m: "👽" in str(m.get("reply_markup")))
            before = time.perf_counter()
            await person.press("neon:neon", offer)
            presses.append((time.perf_counter() - before) * 1e3)
    return {
        "start median": statistics.median(start),
        "start p99": statistics.quantiles(start, n=100)[98],
        "press median": statistics.median(presses),
        "press p99": statistics.quantiles(presses, n=100)[98],
        "peak memory": peak_memory(),
    }


def in_a_fresh_process(what: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bot", "--only", what]
    result = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    figures: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.only:
        measured = measure_webhook() if options.only == "webhook" else measure_effect(options.only)
        print(json.dumps(asyncio.run(measured)))
        return 0
    print(f"A photo of {PHOTO_SIZE[0]}×{PHOTO_SIZE[1]}, from the press to the picture in the chat:")
    for button in ("neon:neon", "upscale:2:crisp"):
        found = in_a_fresh_process(button)
        print(
            f"  {button:<15} cold {found['cold']:.1f} s, warm {found['warm']:.1f} s, peak memory "
            f"{found['peak memory']:.0f} MB (idle {found['idle memory']:.0f} MB)",
            flush=True,
        )
    found = in_a_fresh_process("webhook")
    print(f"{REQUESTS} of each, one after another, through the webhook:")
    for name, key in (
        ("/start, until it is handled", "start"),
        ("a press, until answered", "press"),
    ):
        median, p99 = found[f"{key} median"], found[f"{key} p99"]
        print(f"  {name:<28} median {median:.1f} ms, p99 {p99:.1f} ms")
    print(f"  peak memory without torch {found['peak memory']:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
