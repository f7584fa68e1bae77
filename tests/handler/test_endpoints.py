"""The endpoints answer alike, whether a server or a function takes the requests."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import HttpUrl

from handler import app
from handler.endpoints import HEALTH_PATH, WEBHOOK_PATH
from handler.observability import telemetry
from handler.processes import lambda_environment
from handler.processes.lambda_environment import Environment
from handler.services import Services
from handler.webhook import MAX_BODY, SECRET_HEADER
from playground import Person, Playground
from playground.aws.events import Context, http_event
from tests.handler.running_bot import SECRET, Json, services_for
from tests.handler.running_function import answers, update

UPDATE = b'{"update_id": 7}'


class Answer(NamedTuple):
    status: int
    text: str
    headers: dict[str, str]


class Entry(Protocol):
    async def __call__(
        self,
        method: str = "POST",
        path: str = WEBHOOK_PATH,
        body: bytes = b"",
        secret: str | None = SECRET,
    ) -> Answer: ...


Start = Callable[[Services], AbstractAsyncContextManager[Entry]]


def small_letters(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


@asynccontextmanager
async def server(services: Services) -> AsyncIterator[Entry]:
    async with (
        TestServer(app.create_app(services.settings, services=services)) as running,
        ClientSession() as session,
    ):

        async def ask(
            method: str = "POST",
            path: str = WEBHOOK_PATH,
            body: bytes = b"",
            secret: str | None = SECRET,
        ) -> Answer:
            headers = {} if secret is None else {SECRET_HEADER: secret}
            url = running.make_url(path)
            async with session.request(method, url, data=body, headers=headers) as response:
                text = await response.text()
                return Answer(response.status, text, small_letters(response.headers.items()))

        yield ask


@asynccontextmanager
async def function(services: Services) -> AsyncIterator[Entry]:
    environment = Environment(lambda: services)

    async def ask(
        method: str = "POST",
        path: str = WEBHOOK_PATH,
        body: bytes = b"",
        secret: str | None = SECRET,
    ) -> Answer:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        event = http_event(method, path, body=body, headers=headers)
        milliseconds = int(1000 * (lambda_environment.ANSWER_SECONDS + app.ANSWER_SECONDS))
        answer = await asyncio.to_thread(environment.handle, event, Context(milliseconds))
        headers = small_letters(answer["headers"].items())
        return Answer(answer["statusCode"], answer["body"], headers)

    yield ask
    await asyncio.to_thread(environment.close)


@pytest.fixture(params=[server, function], ids=lambda entry: entry.__name__)
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    monkeypatch.setattr(telemetry, "_metrics", None)
    started: Start = request.param
    return started


@pytest.fixture
async def entry(start: Start, telegram: Playground, weights: Path) -> AsyncIterator[Entry]:
    services, _ = services_for(telegram, weights)
    async with start(services) as running:
        yield running


async def test_an_update_is_handled_before_the_answer(entry: Entry, alice: Person) -> None:
    assert (await entry(body=update(alice))).status == 200
    assert len(answers(alice)) == 1
    assert (await entry(body=update(alice))).status == 200  # Telegram repeats itself
    assert len(answers(alice)) == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "секрет"])
async def test_without_the_right_secret_nobody_gets_in(entry: Entry, secret: str | None) -> None:
    assert (await entry(body=UPDATE, secret=secret))[:2] == (401, "Unauthorized")


async def test_what_is_no_update_is_refused(entry: Entry, alice: Person) -> None:
    bodies = [
        b"",
        b"{",
        b"\xff\xfe\xfa",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b"[" * 100_000,
        b"9" * 10_000,
        b" " * MAX_BODY,
    ]
    statuses = {body: (await entry(body=body)).status for body in bodies}
    assert statuses == dict.fromkeys(bodies, 400)
    assert (await entry(body=update(alice))).status == 200


async def test_an_update_not_understood_is_taken_so_that_it_is_not_repeated(
    entry: Entry, alice: Person
) -> None:
    contents: list[Json] = [
        {"a_kind_of_next_year": {"id": 1}},
        {"message": {"message_id": "?"}},
        {"message": None, "callback_query": []},
    ]
    bodies = [UPDATE, *(json.dumps({"update_id": 7, **content}).encode() for content in contents)]
    statuses = {body: (await entry(body=body)).status for body in bodies}
    assert statuses == dict.fromkeys(bodies, 200)
    assert (await entry(body=update(alice))).status == 200


async def test_a_huge_body_is_refused(entry: Entry, alice: Person) -> None:
    assert (await entry(body=b" " * (MAX_BODY + 1))).status == 413
    assert (await entry(body=update(alice))).status == 200


async def test_health_is_json(entry: Entry) -> None:
    answer = await entry("GET", HEALTH_PATH, secret=None)
    assert (answer.status, json.loads(answer.text)["status"]) == (200, "ok")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert (await entry("HEAD", HEALTH_PATH)).status == 200


async def test_without_weights_the_bot_is_not_healthy(entry: Entry, weights: Path) -> None:
    (weights / "manifest.json").unlink()
    answer = await entry("GET", HEALTH_PATH)
    assert (answer.status, json.loads(answer.text)["status"]) == (503, "weights missing")


async def test_other_paths_and_methods_are_refused(entry: Entry) -> None:
    for path in ("/", "/nothing", WEBHOOK_PATH + "/", HEALTH_PATH + "/x"):
        assert (await entry("POST", path)).status == 404
    for method, path, allowed in (
        ("GET", WEBHOOK_PATH, "POST"),
        ("PUT", WEBHOOK_PATH, "POST"),
        ("POST", HEALTH_PATH, "GET, HEAD"),
    ):
        answer = await entry(method, path)
        assert (answer.status, answer.headers["allow"]) == (405, allowed)


async def test_a_telegram_that_hangs_is_answered_in_time_and_asked_to_repeat(
    *,
    start: Start,
    silent_telegram: str,
    telegram: Playground,
    weights: Path,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(lambda_environment, "REQUESTS_IN_TURN", 0.5)  # one takes all the time
    services, _ = services_for(telegram, weights, telegram_api_url=HttpUrl(silent_telegram))
    async with start(services) as entry:
        for _ in range(2):  # the first one has released its claim on the update
            began = time.monotonic()
            assert (await entry(body=update(alice)))[:2] == (503, "Out of time")
            assert time.monotonic() - began < 3
