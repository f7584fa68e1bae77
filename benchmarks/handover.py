"""From the press to the picture, in one process and in two: what does the second process cost?

The networks are taken out: what is left is the way of a job, from the webhook through the store to
the worker and back to the chat. Both bots run side by side, each beside a local Telegram of its
own, and take turns, so that what else the machine does meets both alike.
"""

import argparse
import asyncio
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from PIL import Image

from benchmarks.faults.processes import BotProcess, set_webhook, settings_of
from handler.jobs.sqlite.database import IN_MEMORY
from playground import Person, Playground
from playground.events import Json

BUTTON = "upscale:2"
TOKEN = "1000:benchmark"  # noqa: S105  # opens a playground


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.handover", description=__doc__)
    parser.add_argument("--presses", type=int, default=60, metavar="N", help="of each; default: 60")
    options = parser.parse_args(arguments)
    one, two = asyncio.run(measure(options.presses))
    print(f"{options.presses} presses each, in turns, milliseconds from the press to the picture")
    for name, found in (("one process", one), ("two processes", two)):
        best, *_, worst = statistics.quantiles(found, n=10)
        median = statistics.median(found)
        print(f"  {name:<16} p10 {best:6.1f}   median {median:6.1f}   p90 {worst:6.1f}")
    more = statistics.median(two) - statistics.median(one)
    least = statistics.quantiles(two, n=10)[0] - statistics.quantiles(one, n=10)[0]
    print(f"  the second process costs {more:+.1f} ms, by the median, {least:+.1f} ms by the p10")
    return 0


async def measure(presses: int) -> tuple[list[float], list[float]]:
    """Return milliseconds in one process, and in two."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        people: list[Person] = []
        for store in (IN_MEMORY, str(folder / "store.db")):
            telegram = await stack.enter_async_context(Playground(TOKEN))
            settings = settings_of(telegram, folder / f"bot{len(people)}") | {"STORE": store}
            bot = BotProcess("serve", settings | {"FAKE_SECONDS": "0"}, folder / "bot.log")
            stack.push_async_callback(bot.stop)
            await bot.start()
            await set_webhook(telegram, settings)
            people.append(telegram.person())
        found: tuple[list[float], list[float]] = ([], [])
        for number in range(presses + 1):
            for person, times in zip(people, found, strict=True):
                times.append(await press_to_picture(person, number))
        return found[0][1:], found[1][1:]  # the first one waits for imports


async def press_to_picture(person: Person, number: int) -> float:
    """Send a photo, press a button; milliseconds from the press to the picture in the chat."""
    sent = await person.send_photo(_photo(number))

    def is_offer(message: Json) -> bool:
        return _answers(sent, message) and BUTTON in str(message.get("reply_markup"))

    def is_result(message: Json) -> bool:
        return _answers(sent, message) and "document" in message

    offer = await person.wait_for(is_offer, timeout=120)
    start = time.perf_counter()
    await person.press(BUTTON, offer)
    await person.wait_for(is_result, timeout=120)
    return (time.perf_counter() - start) * 1e3


def _answers(photo: Json, message: Json) -> bool:
    replied: Json = message.get("reply_to_message") or {}
    return bool(replied.get("message_id") == photo["message_id"])


def _photo(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256, 99)).save(buffer, "JPEG")
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
