"""``python -m benchmarks.emulator``: how long the functions take, cold and warm.

Under Lambda's emulator on this machine, with the real weights coming from a local S3. Lambda's
own cold start adds what it takes to fetch the image.
"""

import asyncio
import io
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable
from functools import partial
from pathlib import Path

from PIL import Image, ImageDraw

from playground.aws.emulator import ROOT, Emulator
from playground.aws.events import Json, http_event
from playground.aws.functions import Emulated, emulated

SIZE = (1280, 853)
"""The largest copy of a photo that Telegram keeps."""
WARM_ANSWERS = 30
WARM_PICTURES = 3
EFFECTS = ("neon:neon", "upscale:2:crisp")
STARTS = {
    "on-demand": "cold, weights from S3",
    "provisioned-concurrency": "with models loaded before (SnapStart, WarmWorkers)",
}

Row = tuple[str, str]
"""What was measured, and the figure."""


def photo(number: int) -> bytes:
    """Return a photo that nobody has sent before."""
    image = Image.effect_mandelbrot(SIZE, (-2, -1.2, 1, 1.2), 60 + number).convert("RGB")
    ImageDraw.Draw(image).text((10, 10), str(number), fill="gold")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=87)
    return buffer.getvalue()


async def seconds(work: Awaitable[object]) -> float:
    """Measure how long something takes."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def measure_webhook(bot: Emulated) -> list[Row]:
    """Measure the webhook, cold and warm."""
    health = http_event(path="/health")
    first = await seconds(asyncio.to_thread(bot.webhook.invoke, health))
    read = _read_at_start(bot.webhook)
    warm = [
        await seconds(asyncio.to_thread(bot.webhook.invoke, health)) for _ in range(WARM_ANSWERS)
    ]
    return [
        ("webhook, cold: first answer", f"{first:.2f} s"),
        ("  of it imports, secrets, settings", f"{bot.webhook.init_seconds:.2f} s"),
        ("  read at start", read),
        ("webhook, warm (median)", f"{statistics.median(warm) * 1000:.1f} ms"),
    ]


async def measure_worker(bot: Emulated, effect: str, start: str) -> list[Row]:
    """Measure a worker's first picture, and those after it."""
    alice = bot.telegram.person("Alice")
    pictures = []
    rows: list[Row] = []
    for number in range(1 + WARM_PICTURES):
        sent = await alice.send_photo(photo(number))
        offer = await alice.wait_for(partial(_offers, sent["message_id"]), 60)
        message = await bot.job(alice, offer, effect)
        pictures.append(await seconds(bot.work(message)))
        await alice.wait_for(lambda message: "photo" in message or "document" in message)
        if number == 0:
            before = bot.worker.init_seconds
            rows = [
                (f"first {effect}, {STARTS[start]}", f"{pictures[0] - before:.2f} s"),
                ("  and its start, before the job", f"{before:.2f} s"),
                ("  read by then", _read_at_start(bot.worker)),
            ]
    return [*rows, ("  warm (median)", f"{statistics.median(pictures[1:]):.2f} s")]


def _offers(photo_id: int, message: Json) -> bool:
    """Tell whether a message is the bot's answer to a photo, with the buttons."""
    answered = message.get("reply_to_message", {}).get("message_id")
    return answered == photo_id and "reply_markup" in message and "photo" not in message


def _read_at_start(function: Emulator) -> str:
    libraries = [path for path in function.mapped_files if ".so" in path.name and path.exists()]
    mapped = sum(path.stat().st_size for path in libraries)
    return f"{function.bytes_read / 1e6:.0f} MB, and {mapped / 1e6:.0f} MB of libraries mapped"


def _image_size() -> list[Row]:
    """Tell how large the functions' image is, where it has been built (`sam build`)."""
    command = ["docker", "image", "inspect", "--format", "{{.Size}}", "neon-bot:latest"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return [("image", "not built")]
    return [("image, all layers", f"{int(told.stdout) / 1e9:.2f} GB")]


async def main() -> None:
    """Print a table: every start in an environment of its own, all in one run."""
    rows = _image_size()
    for start in STARTS:
        for effect in EFFECTS:
            with tempfile.TemporaryDirectory() as folder:
                async with emulated(ROOT / "weights", Path(folder), start) as bot:
                    if len(rows) == 1:
                        rows += await measure_webhook(bot)
                    rows += await measure_worker(bot, effect, start)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure}")


if __name__ == "__main__":
    asyncio.run(main())
