"""Whatever comes through the webhook is answered, and no handler fails over it."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.endpoints import WEBHOOK_PATH, Endpoints
from handler.telegram.callback_data import UnknownDataError, parse
from handler.telegram.errors import TelegramError
from playground import Person
from tests.fuzzing.examples import fuzzing
from tests.handler.conftest import weights
from tests.handler.running_bot import SECRET, RunningBot, jpeg, run_bot

__all__ = ["weights"]  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EVENTS = Path(__file__).parents[2] / "events"
Send = Callable[[bytes], int]


class Prey:
    """A bot with a person in it, which is sent updates past HTTP."""

    def __init__(self, bot: RunningBot, person: Person, offer: Any, runner: asyncio.Runner) -> None:
        self.person = person
        self.offer = offer
        self._endpoints = Endpoints(bot.services)
        self._runner = runner

    def send(self, body: bytes) -> int:
        """Return the status."""
        answer = self._endpoints.answer("POST", WEBHOOK_PATH, secret=SECRET, body=body, seconds=30)
        return self._runner.run(answer).status


class Errors(logging.Handler):
    """Keeps what is logged of failures, but for refusals by Telegram."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if record.name.startswith("handler") and not isinstance(error, TelegramError):
            self.lines.append(self.format(record))


@pytest.fixture
def errors() -> Iterator[Errors]:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    yield errors
    logging.getLogger().removeHandler(errors)


@pytest.fixture
def prey(weights: Path) -> Iterator[Prey]:
    with asyncio.Runner() as runner:
        running = run_bot(weights)
        bot = runner.run(running.__aenter__())
        person = bot.telegram.person()
        offer = runner.run(bot.offered(person, jpeg()))
        yield Prey(bot, person, offer, runner)
        runner.run(running.__aexit__(None, None, None))


def _bodies() -> list[Any]:
    events = (json.loads((EVENTS / f"{name}.json").read_text()) for name in ("start", "photo"))
    return [json.loads(event["body"]) for event in events]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the way to every value inside another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += _paths(item, (*path, key))
    return found


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**63) - 1, 10**30]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["/start", "/stats", "/help@bot", "@" * 64, "\0", "\ud83d", "neon:max"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=8), st.integers(), max_size=3),
)


@st.composite
def changed(draw: st.DrawFn, bodies: list[Any]) -> Any:
    """Change real updates in a few places."""
    body = deepcopy(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(0, 4))):
        *way, last = draw(st.sampled_from(_paths(body) or [("update_id",)]))
        place = body
        for step in way:
            place = place[step]
        if draw(st.booleans()) and isinstance(place, dict):
            place.pop(last, None)
        else:
            place[last] = draw(ANYTHING)
    return body


def test_changed_updates_are_answered(prey: Prey, errors: Errors) -> None:
    pressed = {
        "update_id": 1,
        "callback_query": {
            "id": "1",
            "from": {"id": prey.person.id, "is_bot": False, "first_name": "A"},
            "message": prey.offer,
            "chat_instance": "1",
            "data": "upscale:2",
        },
    }

    @fuzzing
    @given(changed([*_bodies(), pressed]), st.integers(1, 2**60))
    def check(body: Any, update_id: int) -> None:
        if isinstance(body.get("update_id"), int):
            body["update_id"] = update_id  # or most would be known already
        assert prey.send(json.dumps(body).encode()) in (200, 400)
        assert errors.lines == []

    check()


def test_bytes_that_are_no_update_are_answered(prey: Prey, errors: Errors) -> None:
    start = json.dumps(_bodies()[0]).encode()

    @fuzzing
    @given(st.one_of(st.binary(max_size=200), st.binary(max_size=9).map(lambda b: start[:-9] + b)))
    def check(body: bytes) -> None:
        assert prey.send(body) in (200, 400)
        assert errors.lines == []

    check()


PARTS = st.sampled_from(
    ["@", "#", "~", "+", ":", "neon", "upscale", "auto", "max", "2", "tokyo", "jpeg", "file",
     "lights", "cancel", "compare", "album", "set", "try", "start", "-1", "9" * 30, " ", "é", "\0"]
)  # fmt: skip


@st.composite
def data_of_buttons(draw: st.DrawFn) -> str:
    """Write what a button might send back: 64 bytes at most, as Telegram lets through."""
    text = "".join(draw(st.lists(st.one_of(PARTS, PARTS, st.text(max_size=5)), max_size=10)))
    return text.encode("utf-8", "replace")[:64].decode("utf-8", "ignore")


def test_pressed_buttons_of_any_data_are_answered(prey: Prey, errors: Errors) -> None:
    @fuzzing
    @given(data_of_buttons(), st.integers(1, 2**60))
    def check(data: str, number: int) -> None:
        body = {
            "update_id": number,
            "callback_query": {
                "id": str(number),
                "from": {"id": prey.person.id, "is_bot": False, "first_name": "A"},
                "message": prey.offer,
                "chat_instance": "1",
                "data": data,
            },
        }
        assert prey.send(json.dumps(body).encode()) == 200
        assert errors.lines == []

    check()


@fuzzing
@given(data_of_buttons())
def test_what_is_read_of_a_button_is_written_as_it_was(data: str) -> None:
    try:
        read = parse(data)
    except UnknownDataError:
        return
    assert parse(str(read)) == read
