"""Looks at what a worker did."""

import asyncio
import threading
from typing import Any

from handler.jobs.failures import TryAgainError
from handler.jobs.job import Job
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
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


async def claimed(job: Job, results: SqliteResultCache) -> Job:
    assert await results.claim(job.claim_key, 600, job.id)
    return job


async def is_free(job: Job, results: SqliteResultCache) -> bool:
    """Tell whether a claim is free, or is in a moment, when it has kept off a double tap."""
    is_over = await results.is_complete(job.claim_key)
    return is_over or await results.claim(job.claim_key, 600)


async def work_on(worker: Worker, job: Job) -> None:
    """Have a job done in one attempt, which is the last."""
    try:
        await worker.attempt(job)
    except TryAgainError as error:
        await worker.fail(job, error.reason)
