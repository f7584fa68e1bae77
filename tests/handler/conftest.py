"""Fixtures for everything that talks."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from handler.settings import Settings
from playground import Person, Playground
from tests.aws import Aws
from tests.handler.running_bot import TOKEN, RunningBot, manifest, run_bot
from tests.handler.running_function import Function, running_function


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    monkeypatch.chdir(tmp_path)  # no .env there


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.captureWarnings(capture=False)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "manifest.json").write_text(manifest(), encoding="utf-8")
    for model in json.loads(manifest())["models"]:
        (folder / model["file"]).touch()
    return folder


@pytest.fixture
async def bot(weights: Path) -> AsyncIterator[RunningBot]:
    async with run_bot(weights, support_contact="@neon_human") as running:
        yield running


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground(token=TOKEN) as running:
        yield running


@pytest.fixture
async def function(telegram: Playground, weights: Path, aws: Aws) -> AsyncIterator[Function]:
    """The function of the cloud, with a queue and tables of its own."""
    async with running_function(telegram, weights, aws) as function:
        yield function


@pytest.fixture
async def alice(telegram: Playground) -> Person:
    """A person whom the bot may write to."""
    person = telegram.person("Alice")
    await person.send_text("/start")
    return person
