"""The demo: a scripted conversation with the bot in the playground, with real photos.

Everything is real but Telegram: updates come by webhook, the networks run, the pictures come back
into the chat. What was sent and what came back lies in the output folder afterwards.
"""

import argparse
import asyncio
import io
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from skimage import data as photos

from playground.events import Json
from playground.local_bot import local_bot
from playground.person import Person


@dataclass(frozen=True)
class Scene:
    """One photo, the way it is sent, and the button that is pressed."""

    photo: str
    sent_as: Literal["photo", "file"]
    button: str


SCENES = (
    Scene("astronaut", "photo", "neon:neon"),
    Scene("coffee", "file", "neon:neon"),
    Scene("chelsea", "photo", "upscale:2:crisp"),
)


@dataclass(frozen=True)
class Delivered:
    """What came back for a scene."""

    scene: Scene
    before: Image.Image
    after: Image.Image
    data: bytes
    kind: Literal["photo", "file"]
    seconds: float
    """From the press of the button to the picture in the chat."""


async def play(output: Path) -> list[Delivered]:
    """Play the conversation; pictures are written into the folder ``output``.

    Raises:
        TimeoutError: the bot did not answer.
        LookupError: the bot did not offer a button that it should.
    """
    delivered = []
    async with local_bot() as bot:
        person = bot.telegram.person("Ada", "en")
        await person.send_text("/start")
        greeting = await person.wait_for(lambda message: "reply_markup" in message)
        _translate("Ada", "/start")
        _translate("bot", greeting["caption"])
        button = greeting["reply_markup"]["inline_keyboard"][0][0]
        await person.press(button["callback_data"], greeting)
        _translate("Ada", f"[{button['text']}]")
        _translate("bot", (await person.wait_for(lambda message: "caption" in message))["caption"])
        for scene in SCENES:
            result = await _play_scene(person, scene)
            _write(result, output)
            delivered.append(result)
    return delivered


async def _play_scene(person: Person, scene: Scene) -> Delivered:
    before = Image.fromarray(getattr(photos, scene.photo)())
    buffer = io.BytesIO()
    if scene.sent_as == "photo":
        before.save(buffer, "JPEG", quality=92)
        sent = await person.send_photo(buffer.getvalue())
    else:
        before.save(buffer, "PNG")
        sent = await person.send_document(buffer.getvalue(), f"{scene.photo}.png")
    _translate("Ada", f"{scene.photo} (as a {scene.sent_as})")
    offer = await person.wait_for(lambda m: "reply_markup" in m and _replies(m, sent))
    labels = {
        button["callback_data"]: button["text"]
        for row in offer["reply_markup"]["inline_keyboard"]
        for button in row
    }
    _translate("bot", "  ".join(f"[{label}]" for label in labels.values()))
    _translate("Ada", f"[{labels[scene.button]}]")
    start = time.perf_counter()
    await person.press(scene.button, offer)
    answer = await person.wait_for(lambda m: _answers(m, sent), timeout=300)
    seconds = time.perf_counter() - start
    _translate("bot", answer.get("caption", ""))
    data = await person.download(answer)
    after = Image.open(io.BytesIO(data))
    after.load()
    return Delivered(scene, before, after, data, "photo" if "photo" in answer else "file", seconds)


def _answers(message: Json, sent: Json) -> bool:
    return ("photo" in message or "document" in message) and _replies(message, sent)


def _replies(message: Json, sent: Json) -> bool:
    reply: Json = message.get("reply_to_message", {})
    return bool(reply.get("message_id") == sent["message_id"])


def _write(result: Delivered, output: Path) -> None:
    """Write before, after (as delivered), and both side by side."""
    name = f"{result.scene.photo}-{result.scene.button.replace(':', '-')}"
    result.before.save(output / f"{name}-before.png")
    suffix = "jpg" if result.after.format == "JPEG" else "png"
    (output / f"{name}-after.{suffix}").write_bytes(result.data)
    size = result.after.size
    pair = Image.new("RGB", (size[0] * 2, size[1]))
    # Nearest neighbour: what is sharper on the right is the network's work, not the demo's.
    pair.paste(result.before.resize(size, Image.Resampling.NEAREST), (0, 0))
    pair.paste(result.after.convert("RGB"), (size[0], 0))
    pair.save(output / f"{name}.png")


def _translate(who: str, text: str) -> None:
    first, *rest = text.splitlines() or [""]
    print(f"{who:>4}  {first}")
    for line in rest:
        print(f"      {line}")


def _print_table(delivered: list[Delivered]) -> None:
    rows = [("what", "sent as", "size in", "size out", "seconds", "delivered as")]
    rows += [
        (
            f"{result.scene.photo}, {result.scene.button}",
            result.scene.sent_as,
            "{}×{}".format(*result.before.size),
            "{}×{}".format(*result.after.size),
            f"{result.seconds:.1f}",
            f"{result.after.format} {result.kind}, {len(result.data) / 1e3:.0f} kB",
        )
        for result in delivered
    ]
    widths = [max(map(len, column)) for column in zip(*rows)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo and print what happened; the exit code is 0 when every picture came back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("out"), metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        delivered = asyncio.run(play(options.output))
    except (TimeoutError, LookupError, OSError) as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    _print_table(delivered)
    print(f"\nThe pictures are in {options.output}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
