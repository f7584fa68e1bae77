"""/privacy names every stored field, and how long it stays: the code and the list are one."""

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from handler.aws import clients
from handler.conversation import preferences
from handler.conversation.privacy import DEAD_LETTER_SECONDS, NOBODYS, STORED, described
from handler.jobs.job import Job
from handler.jobs.memory import SETTINGS, TOPICS, WISH
from handler.jobs.sqlite import database
from handler.settings import Settings
from handler.texts.texts import LANGUAGES, Texts
from handler.texts.translator import Translator
from tests.aws import Aws
from tests.deployment.cloudformation import template
from tests.handler.running_bot import TOKEN, RunningBot, has_buttons, jpeg, run_bot

FIELDS = {name for stored in STORED for name in stored.fields}
ON_AWS = {"queue_url": "https://sqs.example/jobs.fifo", "results_table": "results"}


def settings(**others: Any) -> Settings:
    return Settings(bot_token=SecretStr(TOKEN), **others)


def columns() -> set[str]:
    """Return every column of the store, with its table."""
    schema = Path(database.__file__).with_name("schema.sql").read_text(encoding="utf-8")
    with sqlite3.connect(":memory:") as file:
        file.executescript(schema)
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            f"{table}.{column[1]}"
            for (table,) in tables
            if not table.startswith("sqlite_")
            for column in file.execute(f"PRAGMA table_info({table})")
        }


def test_every_column_of_the_store_is_listed_and_no_other() -> None:
    tables = {column.partition(".")[0] for column in columns()}
    listed = {".".join(name.split(".")[:2]) for name in FIELDS if name.split(".")[0] in tables}
    assert listed == columns()
    assert {name.split(".")[0] for name in FIELDS} <= tables | {"job", "note", "log"}


def test_every_field_of_a_job_is_listed_and_no_other() -> None:
    jobs, dead = (stored for stored in STORED if "job.id" in stored.fields)
    fields = {f"job.{name}" for name in Job.model_fields}
    assert {name for name in jobs.fields if name.startswith("job.")} == fields
    assert set(dead.fields) == fields


def test_every_topic_of_notes_is_listed_with_its_time() -> None:
    listed = {stored.name: stored for stored in STORED}
    for topic in TOPICS:
        assert listed[topic.name].seconds == topic.seconds
        assert (listed[topic.name].until == "forgotten") is (topic.seconds is None)


def test_every_setting_is_listed() -> None:
    (chosen,) = (stored for stored in STORED if stored.name == SETTINGS.name)
    noted = {name for name in chosen.fields if name.startswith("note.")}
    assert noted == {f"note.{SETTINGS.name}.{name}" for name in preferences.CHOICES}


def test_the_queues_of_the_template_keep_things_no_longer() -> None:
    resources = template()["Resources"]
    jobs = next(stored for stored in STORED if stored.name == "jobs")
    seconds, _ = jobs.elsewhere["aws"]
    assert resources["JobsQueue"]["Properties"]["MessageRetentionPeriod"] == seconds
    dead = resources["DeadJobsQueue"]["Properties"]["MessageRetentionPeriod"]
    assert dead == DEAD_LETTER_SECONDS


@pytest.fixture
async def on_aws(aws: Aws, weights: Path) -> AsyncIterator[RunningBot]:
    async with run_bot(weights, results_table=aws.table(), quota_per_day=10) as bot:
        yield bot


async def test_every_kind_of_item_on_aws_is_listed(on_aws: RunningBot) -> None:
    alice = on_aws.telegram.person(language="en")
    await alice.send_text("/start x2")
    await alice.send_text("/settings")
    await on_aws.said(alice)
    await alice.press("@set:light")
    await on_aws.said(alice)
    await alice.press("@set:light:ice")
    await on_aws.services.memory.put(alice.id, WISH, {"wish": "upscale:2"})
    await alice.send_photo(jpeg(), caption="neon max")
    await alice.wait_until(lambda: sum("photo" in m for m in alice.messages) == 3)
    await alice.send_document(jpeg(), "cat.jpg")
    await alice.wait_for(has_buttons)
    items = clients.client("dynamodb").scan(TableName="results")["Items"]
    keys = {str(item["pk"]["S"]) for item in items}
    patterns = [pattern for stored in STORED for pattern in stored.items]
    known = [re.compile(re.escape(pattern).replace(r"\*", ".*")) for pattern in patterns]
    assert {key for key in keys if not any(pattern.match(key) for pattern in known)} == set()
    assert {key.partition("#")[0] for key in keys} >= {"memory", "claim", "result"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["machine", "aws"])
def test_the_answer_names_everything_and_fits_into_a_message(language: str, place: str) -> None:
    translate = Translator(Texts(), language)
    text = described(translate, settings(**(ON_AWS if place == "aws" else {})))
    assert len(text) <= 4096
    for stored in STORED:
        assert (translate(f"privacy-{stored.name}") in text) is (place in stored.places)
        if place in stored.places:
            for datum in stored.data:
                assert translate(f"datum-{datum}") in text
    assert "{" not in text


def test_lifetimes_are_those_of_where_the_bot_runs() -> None:
    english = Translator(Texts(), "en")
    here = described(english, settings(remembered_results=77))
    there = described(english, settings(**ON_AWS))
    assert "The 77 used last" in here
    assert "30 days" in there.split(english("privacy-results"))[1].splitlines()[0]
    assert "4 days at most" in there.split(english("privacy-jobs"))[1].splitlines()[0]
    assert "14 days at most" in there.split(english("privacy-dead-letters"))[1].splitlines()[0]
    assert "an hour" in here.split(english("privacy-wish"))[1].splitlines()[0]
    assert "Until /forget" in here.split(english("privacy-settings"))[1].splitlines()[0]


def test_what_says_nothing_of_people_is_said_to_nobody() -> None:
    assert all(NOBODYS not in stored.data for stored in STORED)


async def test_privacy_is_told(bot: RunningBot) -> None:
    alice = bot.telegram.person(language="ru")
    await alice.send_text("/privacy")
    translate = Translator(bot.services.texts, "ru")
    assert await bot.said(alice) == [described(translate, bot.services.settings)]
