"""Looks at what a worker did."""

import asyncio
import threading
from typing import Any

from handler.jobs.job import Job
from handler.jobs.memory import MemoryResultCache
from playground import Person

Json = dict[str, Any]


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
