"""A local Telegram, a bot in it, a person, and what jobs are made of."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from pydantic import HttpUrl, SecretStr

from handler.jobs.engine import EngineFactory
from handler.jobs.job import Job
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.room import Room
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.memory import SqliteMemory
from handler.jobs.sqlite.open_jobs import SqliteOpenJobs
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.settings import Settings
from handler.telegram.client import TelegramSession, create_bot
from handler.telegram.status import Pace
from handler.texts.texts import Texts
from model_layer import ModelStore
from playground import Person, Playground
from playground.engine import FakeEngine
from tests.handler.running_bot import TOKEN

Json = dict[str, Any]
MakeJob = Callable[..., Job]
RequestOf = Callable[..., Awaitable[Job]]
MakeWorker = Callable[..., Worker]


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground(TOKEN) as playground:
        yield playground


@pytest.fixture
async def bot(telegram: Playground) -> AsyncIterator[Bot]:
    """The real client."""
    token, url = SecretStr(telegram.token), HttpUrl(telegram.url)
    bot = create_bot(Settings(bot_token=token, telegram_api_url=url))
    yield bot
    assert isinstance(bot.session, TelegramSession)
    await bot.session.forget_connections()  # the local server needs no farewell


@pytest.fixture
def person(telegram: Playground) -> Person:
    return telegram.person(name="Alice", language="en")


@pytest.fixture
def request_of(bot: Bot, make_job: MakeJob) -> RequestOf:
    """Let a person send a picture, and the bot begin a job for it as the conversation does."""

    async def request(
        person: Person, data: bytes, file_name: str | None = None, **fields: Any
    ) -> Job:
        if file_name is None:
            message = await person.send_photo(data)
            file = message["photo"][-1]
        else:
            message = await person.send_document(data, file_name)
            file = message["document"]
        status = await bot.send_message(person.id, "Hold on")
        return make_job(
            chat_id=person.id,
            photo_message_id=message["message_id"],
            status_message_id=status.message_id,
            source="document" if file_name else "photo",
            file_id=file["file_id"],
            file_unique_id=file["file_unique_id"],
            file_name=file_name,
            **fields,
        )

    return request


@pytest.fixture
def make_job() -> MakeJob:
    """Make a job with given fields; the others are of no importance."""

    def make(**fields: Any) -> Job:
        defaults: Json = {
            "id": "1",
            "chat_id": 7,
            "photo_message_id": 1,
            "source": "photo",
            "file_id": "file",
            "file_unique_id": "unique",
            "effect_code": "neon:neon",
            "model_digest": "0" * 64,
        }
        return Job(**(defaults | fields))

    return make


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def results(database: Database) -> SqliteResultCache:
    return SqliteResultCache(database, 10)


@pytest.fixture
def open_jobs(database: Database) -> SqliteOpenJobs:
    return SqliteOpenJobs(database)


@pytest.fixture
async def make_worker(
    bot: Bot, database: Database, engine: FakeEngine, weights: Path
) -> AsyncIterator[MakeWorker]:
    kept, opened = SqliteResultCache(database, 10), SqliteOpenJobs(database)
    made: list[Worker] = []

    def make(
        factory: EngineFactory = lambda: engine,
        results: SqliteResultCache = kept,
        open_jobs: OpenJobs = opened,
        room: Room | None = None,
        **settings: Any,
    ) -> Worker:
        known = Settings(bot_token=bot.token, **settings)
        worker = Worker(
            bot=bot,
            results=results,
            open_jobs=open_jobs,
            memory=SqliteMemory(database),
            settings=known,
            texts=Texts("en"),
            offers=Offers(ModelStore.from_folder(weights), known.limits),
            engine_factory=factory,
            pace=Pace(edit=0.01, action=0.01),
            room=room,
        )
        made.append(worker)
        return worker

    yield make
    for worker in made:
        await worker.close()


@pytest.fixture
def worker(make_worker: MakeWorker) -> Worker:
    return make_worker()
