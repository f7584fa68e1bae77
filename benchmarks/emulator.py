"""``python -m benchmarks.emulator``: how long the functions take, cold and warm.

Under Lambda's emulator on this machine, with the real weights coming from a local S3. Lambda's
own cold start adds what it takes to fetch the image.
"""

import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from PIL import Image, ImageDraw

from playground.aws.emulator import ROOT, Emulator
from playground.aws.events import http_event
from playground.aws.functions import Emulated, emulated

SIZE = (1280, 853)
"""The largest copy of a photo that Telegram keeps."""
WARM_ANSWERS = 30
WARM_PICTURES = 5


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


async def measure(bot: Emulated) -> list[tuple[str, str]]:
    """Return what was measured, and the figures."""
    health = http_event(path="/health")
    first = await seconds(asyncio.to_thread(bot.webhook.invoke, health))
    read = _read_at_start(bot.webhook)
    warm = [
        await seconds(asyncio.to_thread(bot.webhook.invoke, health)) for _ in range(WARM_ANSWERS)
    ]
    rows = [
        ("webhook, cold: first answer", f"{first:.2f} s"),
        ("  of it imports, secrets, settings", f"{bot.webhook.init_seconds:.2f} s"),
        ("  read at start", read),
        ("webhook, warm (median)", f"{statistics.median(warm) * 1000:.1f} ms"),
    ]
    alice = bot.telegram.person("Alice")
    pictures = []
    for number in range(1 + WARM_PICTURES):
        await alice.send_photo(photo(number))
        message = await bot.job(
            alice, await alice.wait_for(lambda message: "reply_markup" in message, 60), "neon:neon"
        )
        pictures.append(await seconds(bot.work(message)))
        await alice.wait_for(lambda message: "photo" in message or "document" in message)
        if number == 0:
            rows += [
                ("worker, cold: first neon picture, weights from S3", f"{pictures[0]:.2f} s"),
                ("  of it imports, secrets, settings", f"{bot.worker.init_seconds:.2f} s"),
                ("  read at start", _read_at_start(bot.worker)),
            ]
    warm_pictures = f"{statistics.median(pictures[1:]):.2f} s"
    return [*rows, (f"worker, warm: neon, {SIZE[0]}×{SIZE[1]} (median)", warm_pictures)]


def _read_at_start(function: Emulator) -> str:
    libraries = [path for path in function.mapped_files if ".so" in path.name and path.exists()]
    mapped = sum(path.stat().st_size for path in libraries)
    return f"{function.bytes_read / 1e6:.0f} MB, and {mapped / 1e6:.0f} MB of libraries mapped"


async def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        async with emulated(ROOT / "weights", Path(folder)) as bot:
            rows = await measure(bot)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure}")


if __name__ == "__main__":
    asyncio.run(main())
