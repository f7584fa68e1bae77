"""An engine without networks, and looks at what a worker did."""

import asyncio
import threading
import weakref
from typing import Any

from PIL import Image, ImageOps

from handler.jobs.job import Job
from handler.jobs.memory import MemoryResultCache
from handler.jobs.model_thread import OnProgress
from model_layer.effects import Effect, Neon
from playground import Person

Json = dict[str, Any]


class SimpleEngine:
    """Inverts instead of neon, enlarges instead of super-resolution; holds when told to."""

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.pictures: list[weakref.ref[Image.Image]] = []
        self.most_at_once = 0
        self.failure: Exception | None = None
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._at_once = 0

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress | None = None
    ) -> Image.Image:
        assert on_progress is not None
        self.applied.append(effect.code)
        self.pictures.append(weakref.ref(image))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.begun.set()
        try:
            while not self.may_go_on.wait(0.005):
                on_progress(0.25)
            if self.failure:
                raise self.failure
            on_progress(1.0)
            if isinstance(effect, Neon):
                return ImageOps.invert(image)
            return image.resize(effect.output_size(image.size))
        finally:
            self._at_once -= 1
            self.ended.set()


async def wait(event: threading.Event) -> None:
    """Wait for a thread without keeping the event loop."""
    assert await asyncio.to_thread(event.wait, 5)


def bot_messages(person: Person) -> list[Json]:
    return [message for message in person.messages if message["from"]["is_bot"]]


def only_text(person: Person) -> str:
    """Return the text of the only message of the bot in the chat."""
    (message,) = bot_messages(person)
    return str(message["text"])


async def claimed(job: Job, results: MemoryResultCache) -> Job:
    assert await results.claim(job.claim_key, 600)
    return job


async def is_free(job: Job, results: MemoryResultCache) -> bool:
    return await results.claim(job.claim_key, 600)
