"""The function in an environment of its own, as the cloud would run it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.aws.sqs import SqsJobQueue
from handler.jobs.job import Job
from handler.processes.lambda_environment import Environment
from handler.services import Services
from handler.webhook import SECRET_HEADER
from playground import Person, Playground
from playground.aws.events import Context, Json, deliver_next, http_event
from playground.engine import FakeEngine
from tests.aws import Aws, Queue
from tests.handler.running_bot import NEON_DIGEST, SECRET, jpeg, services_for


@dataclass
class Function:
    """A function, what it is made of, and its queue."""

    environment: Environment
    services: Services
    engine: FakeEngine
    queue: Queue

    async def invoke(self, event: Any, seconds: float = 60, request: str = "request-0") -> Json:
        context = Context(int(seconds * 1000), request)
        return await asyncio.to_thread(self.environment.handle, event, context)

    async def post(self, body: bytes, secret: str = SECRET) -> int:
        headers = {SECRET_HEADER: secret}
        event = http_event("POST", "/telegram/webhook", body=body, headers=headers)
        return int((await self.invoke(event))["statusCode"])

    async def next_job(self, seconds: float = 60) -> Json | None:
        return await deliver_next(self.queue.url, lambda event: self.invoke(event, seconds))

    async def enqueue(self, person: Person, **fields: Any) -> Job:
        photo = await person.send_photo(jpeg())
        job = Job(
            id=str(photo["message_id"]),
            chat_id=person.id,
            photo_message_id=photo["message_id"],
            source="photo",
            file_id=photo["photo"][-1]["file_id"],
            file_unique_id=photo["photo"][-1]["file_unique_id"],
            effect_code="neon:max",
            model_digest=NEON_DIGEST,
        )
        await SqsJobQueue(self.queue.url).put(job)
        return job


@asynccontextmanager
async def running_function(
    telegram: Playground, weights: Path, aws: Aws
) -> AsyncIterator[Function]:
    queue = aws.fifo_queue(max_receives=2)
    services, engine = services_for(
        telegram, weights, queue_url=queue.url, results_table=aws.table()
    )
    environment = Environment(lambda: services)
    yield Function(environment, services, engine, queue)
    await asyncio.to_thread(environment.close)


def update(person: Person, update_id: int = 1) -> bytes:
    user = {"id": person.id, "first_name": "Ada Byron", "language_code": "en"}
    message = {
        "message_id": 1,
        "date": 0,
        "chat": {**user, "type": "private"},
        "from": {**user, "is_bot": False},
        "text": "/start",
    }
    return json.dumps({"update_id": update_id, "message": message}).encode()


def answers(person: Person) -> list[Json]:
    return [message for message in person.messages if message["from"]["is_bot"]]
