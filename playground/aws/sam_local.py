"""``python -m playground.aws.sam_local``: every sample event through the functions, for real.

The functions run in containers (``sam local invoke``), as AWS would run them, beside the stand-ins
for Telegram and AWS. What the worker made of the photo lies in the output folder afterwards.
"""

# ruff: noqa: T201  # a command: it prints

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from PIL import Image

from handler.__main__ import exit_code
from playground import Person
from playground.aws.stand_ins import ROOT, find_host, stand_ins

Json = dict[str, Any]
EVENTS: Final = ROOT / "events"
DONE: Final[Json] = {"batchItemFailures": []}
CONVERSATION: Final[dict[str, int | Json]] = {
    "rubbish": 400,
    "wrong-secret": 401,
    "start": 200,
    "photo": 200,
    "button": 200,
    "job": DONE,
}
"""The sample events in their order, and the status or the whole answer that is right."""


class SamLocalError(OSError):
    """Something answered otherwise than it should; the text says what."""


async def play(sam: Path, output: Path) -> None:
    """Invoke every sample event; write the photo and the picture that came back into a folder.

    Raises:
        SamLocalError: a function answered otherwise than it should, or no picture came.
        OSError: a program is missing, or a port is taken.
    """
    async with stand_ins(find_host()) as world:
        for name, expected in CONVERSATION.items():
            began = time.monotonic()
            answer = await invoke(sam, name)
            got = answer.get("statusCode", answer)
            print(f"{name:<14} {got!s:<28} {time.monotonic() - began:5.1f} s", flush=True)
            if got != expected:
                raise SamLocalError(f"{name}.json: {answer}, where {expected} is right")
        await _write_pictures(world.ada, output)


async def invoke(sam: Path, name: str) -> Json:
    """Let the function that a sample event is for handle it, in a new container.

    Raises:
        SamLocalError: it answered with an error, or not at all.
    """
    function = "WorkerFunction" if name == "job" else "WebhookFunction"
    process = await asyncio.create_subprocess_exec(
        *(sam, "local", "invoke", function, "--event", EVENTS / f"{name}.json"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, log = await process.communicate()
    try:
        answer: Json = json.loads(output.decode().strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise SamLocalError(f"{function} gave no answer:\n{log.decode()}") from None
    if "errorMessage" in answer:
        raise SamLocalError(f"{function} failed: {answer['errorMessage']}\n{log.decode()}")
    return answer


async def _write_pictures(person: Person, output: Path) -> None:
    # A result takes the place of the sample job's status message; the greeting's example is later.
    pictures = [m for m in reversed(person.messages) if "photo" in m or "document" in m]
    names = {True: "neon", False: "photo"}
    written = {names[message["from"]["is_bot"]]: message for message in pictures}
    if "neon" not in written:
        raise SamLocalError("no picture came back")
    for name, message in written.items():
        data = await person.download(message)
        picture = Image.open(io.BytesIO(data))
        path = output / f"{name}.{(picture.format or 'jpeg').lower()}"
        path.write_bytes(data)
        print(f"{path}: {picture.format} {picture.width}×{picture.height}")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run(
    sam: Annotated[Path, typer.Option(help="The program.")] = Path(".venv-sam/bin/sam"),
    output: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("out/sam-local"),
) -> None:
    """Invoke every sample event; fails unless each is answered as it should be."""
    output.mkdir(parents=True, exist_ok=True)
    asyncio.run(play(sam.absolute(), output))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code, as that of the bot's own commands."""
    return exit_code(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
