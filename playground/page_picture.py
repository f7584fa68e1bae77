"""``python -m playground.page_picture``: take the README's picture of the chat page anew.

The bot is the real one, with its networks; the photos are scikit-image's *coffee* and *chelsea*.
Needs Chromium and Playwright, as the page's tests do, and a font with emoji.
"""

import argparse
import asyncio
import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright
from skimage import data as photos

from playground.local_bot import local_bot
from playground.person import Person

SIZE = (1280, 930)
JOB_SECONDS = 300.0
SETTLED_MS = 1500
"""Until pictures have appeared and lists have come to rest."""
QUALITY = 88


async def take_picture(output: Path, chromium: str) -> None:
    """Let one person have a photo lit and show another all lights; write how it looks, as a JPEG.

    Raises:
        TimeoutError: the bot did not answer.
    """
    async with local_bot() as bot, async_playwright() as playwright:
        alice = bot.telegram.person("Alice", "en")
        boris = bot.telegram.person("Борис", "ru")
        await _press(alice, Image.fromarray(photos.coffee()), 0)
        await _press(boris, Image.fromarray(photos.chelsea()), 1)
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        width, height = SIZE
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
        await page.goto(bot.telegram.url)
        await page.locator(".photo img").last.wait_for()
        await page.wait_for_timeout(SETTLED_MS)
        png = await page.screenshot()
        await browser.close()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.save(output, quality=QUALITY, optimize=True, progressive=True)


async def _press(person: Person, photo: Image.Image, button: int) -> None:
    """Send a photo, press a button of the first row, and wait for the picture that comes of it."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=92)
    await person.send_photo(buffer.getvalue())
    offer = await person.wait_for(lambda message: "reply_markup" in message)
    wanted = offer["reply_markup"]["inline_keyboard"][0][button]
    await person.press(wanted["callback_data"], offer)
    await person.wait_for(lambda message: "photo" in message, JOB_SECONDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the picture, or exit with a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("docs/playground.jpg"), metavar="FILE")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium on this machine (Debian: apt-get install chromium)")
    try:
        asyncio.run(take_picture(options.output, chromium))
    except TimeoutError as error:
        sys.exit(f"the bot did not answer: {error}")


if __name__ == "__main__":
    main()
