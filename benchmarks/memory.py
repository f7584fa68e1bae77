"""The memory that large jobs take, from the file's bytes to those of the result.

Each case runs in a process of its own, with torch's threads as the worker has them: decoded,
computed, encoded. "At most" is the most that the process ever had, "afterwards" what it has kept.
Two at once are what a worker does with ``WORKERS=2``: pictures are decoded and encoded side by
side, networks take turns.
"""

import argparse
import asyncio
import gc
import io
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from pydantic import SecretStr

from handler.jobs.engine import Engine, load_engine
from handler.settings import Settings
from handler.telegram.deliver import encode_for
from handler.telegram.delivery import best_delivery
from model_layer import Budget, ModelStore, Refusal, parse_effect
from model_layer.images import decode
from model_layer.planning.memory import free_bytes, resident_bytes, tidy_up

CASES: Final = {
    "neon, 48 Mpx": ("neon:neon", (8000, 6000), 1),
    "x2, 12 Mpx": ("upscale:2", (4000, 3000), 1),
    "neon, 48 Mpx, two at once": ("neon:neon", (8000, 6000), 2),
    "x2, 12 Mpx, two at once": ("upscale:2", (4000, 3000), 2),
    "neon, 1.2 Mpx": ("neon:neon", (1280, 960), 1),
}
"""Effect, size in pixels, and how many at once."""
MINUTES: Final = 600.0
"""That a job may take here: time is none of this benchmark's concern."""


def photo(size: tuple[int, int]) -> bytes:
    """Draw a picture as large as a camera's, with detail everywhere, as a JPEG."""
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def main() -> None:
    """Measure, and print a line for each case."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--case", choices=CASES, action="append", help="only this one; repeatable")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    cases = options.case or list(CASES)
    if options.here:
        print(json.dumps(_measure(cases[0])))
        return
    for case in cases:
        code, size, _ = CASES[case]
        output = subprocess.run(  # noqa: S603  # this very module
            [sys.executable, "-m", "benchmarks.memory", "--here", "--case", case],
            input=photo(size),
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        found = json.loads(output)
        print(
            f"{case:<28}{found['before']:6.0f} MB before, {found['most']:6.0f} at most, "
            f"{found['after']:6.0f} afterwards; {found['seconds']:.1f} s ({code})",
            flush=True,
        )


def _measure(case: str) -> dict[str, float]:
    code, _, at_once = CASES[case]
    files = [sys.stdin.buffer.read()] * at_once
    settings = Settings(bot_token=SecretStr("1:A"))
    engine = load_engine(ModelStore.open(settings.weights, settings.model_cache), None)
    _work(engine, threading.Lock(), code, [photo((256, 192))], settings)  # loads the network
    before = resident_bytes()
    turn = threading.Lock()
    began = time.monotonic()
    with ThreadPoolExecutor(at_once) as threads:
        jobs = [threads.submit(_work, engine, turn, code, files, settings) for _ in range(at_once)]
        for job in jobs:
            job.result()
    seconds = time.monotonic() - began
    gc.collect()
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    return {
        "before": before / 1e6,
        "most": peak * 1024 / 1e6,
        "after": resident_bytes() / 1e6,
        "seconds": seconds,
    }


def _work(
    engine: Engine, turn: threading.Lock, code: str, files: list[bytes], settings: Settings
) -> None:
    """Do what the worker does with a file, which nobody keeps when it is decoded."""
    effect = parse_effect(code)
    picture = decode(files.pop(), settings.limits.input_pixels)
    tidy_up(picture.image.width * picture.image.height)
    with turn:
        budget = Budget(MINUTES * 60, free_bytes(), MINUTES * 60)
        choice = engine.choose(effect, picture.image.size, budget, [], "clean")
        if isinstance(choice, Refusal):
            raise SystemExit(f"{code}: refused for want of {choice.lacking}")
        image = engine.apply(choice.effect, picture.image, lambda _: None, choice.model)
    delivery = best_delivery(
        image.size,
        source="document",
        source_format=picture.format,
        lossless=effect.lossless,
        suffix=effect.suffix,
        source_name="photo.jpg",
    )
    del picture
    asyncio.run(encode_for(image, delivery))
    tidy_up(image.width * image.height)


if __name__ == "__main__":
    main()
