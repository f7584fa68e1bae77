"""What template.yaml deploys, in one process: HTTP API → webhook → queue → worker → chat."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from handler.aws import clients
from handler.endpoints import WEBHOOK_PATH
from handler.observability import telemetry
from handler.processes.lambda_environment import Environment
from handler.services import Services
from handler.settings import Settings
from handler.webhook_admin import set_webhook
from playground import Person, Playground
from playground.aws.events import Context, Json, deliver_next, http_api
from tests.aws import Aws
from tests.deployment.test_docs import MESSAGES, READS, WRITES
from tests.handler.running_bot import (
    SECRET,
    TOKEN,
    has_buttons,
    has_cancel,
    is_reply,
    jpeg,
    opened,
    results,
)
from tests.model_layer.buckets import copy_to_bucket
from tests.model_layer.conftest import tiny_weights  # noqa: F401  # a fixture

PHOTO_SIZE = (96, 64)


@dataclass
class Deployed:
    telegram: Playground
    queue_url: str
    webhook: Environment
    workers: list[Environment]
    answers: list[Json] = field(default_factory=list)
    """What the webhook answered, in order."""
    webhook_is_busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def press(self, person: Person, effect: str, offer: Json) -> None:
        """Press a button; returns when the webhook has done all that comes of it."""
        await person.press(effect, offer)
        async with self.webhook_is_busy:
            pass

    async def work(self, worker: int = 0) -> Json | None:
        """Let a worker have the next message of the queue, if there is one."""

        async def function(event: Json) -> Json:
            return await invoke(self.workers[worker], event)

        return await deliver_next(self.queue_url, function)


async def invoke(environment: Environment, event: Json) -> Json:
    return await asyncio.to_thread(environment.handle, event, Context())


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(telemetry, "_metrics", None)
    monkeypatch.setattr(telemetry, "configure_logging", lambda *_, **__: None)


@pytest.fixture
async def deployed(
    aws: Aws,
    tiny_weights: Path,  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Deployed]:
    bucket = aws.bucket()
    copy_to_bucket(tiny_weights, bucket, "models/")
    shared: dict[str, Any] = {
        "bot_token": SecretStr(TOKEN),
        "queue_url": aws.fifo_queue().url,
        "results_table": aws.table(),
        "weights": f"s3://{bucket}/models",
    }
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Playground(token=TOKEN, retry_delay=0.05))
        shared["telegram_api_url"] = HttpUrl(telegram.url)
        secret = SecretStr(SECRET)
        webhook = await stack.enter_async_context(function(shared, webhook_secret=secret))
        workers = [
            await stack.enter_async_context(function(shared, model_cache=tmp_path / str(number)))
            for number in range(2)
        ]
        bot = Deployed(telegram, shared["queue_url"], webhook, workers)

        async def answer(event: Json) -> Json:
            async with bot.webhook_is_busy:
                bot.answers.append(await invoke(webhook, event))
                return bot.answers[-1]

        url = await stack.enter_async_context(http_api(answer))
        address = HttpUrl(url + WEBHOOK_PATH)
        settings = Settings(**shared, webhook_secret=secret, webhook_url=address)
        async with Services(settings) as services:
            await set_webhook(services)
        yield bot


@asynccontextmanager
async def function(shared: dict[str, Any], **own: Any) -> AsyncIterator[Environment]:
    environment = Environment(lambda: Services(Settings(**shared, **own)))
    yield environment
    await asyncio.to_thread(environment.close)


async def offered(person: Person, photo: bytes) -> Json:
    sent = await person.send_photo(photo)
    return await person.wait_for(lambda m: has_buttons(m) and is_reply(m, sent))


def photo(seed: int = 0) -> bytes:
    return jpeg(PHOTO_SIZE, f"#20{seed:02x}60")


async def test_from_photo_to_neon_picture(deployed: Deployed) -> None:
    alice = deployed.telegram.person("Alice")
    offer = await offered(alice, photo())
    await deployed.press(alice, "neon:neon", offer)
    assert await deployed.work() == {"batchItemFailures": []}
    (result,) = results(alice)
    assert opened(await alice.download(result)).size == PHOTO_SIZE
    assert result["reply_to_message"]["message_id"] == offer["reply_to_message"]["message_id"]
    assert {answer["statusCode"] for answer in deployed.answers} == {200}


@pytest.mark.usefixtures("second_taps_are_meant")
async def test_double_taps_and_repeated_requests_are_computed_once(deployed: Deployed) -> None:
    alice = deployed.telegram.person("Alice")
    offer = await offered(alice, photo())
    await deployed.press(alice, "upscale:2", offer)
    await deployed.press(alice, "upscale:2", offer)
    assert await deployed.work() == {"batchItemFailures": []}
    assert await deployed.work() is None
    assert len(results(alice)) == 1
    await deployed.press(alice, "upscale:2", offer)  # known: the webhook sends it by itself
    assert len(results(alice)) == 2
    assert await deployed.work() is None
    first, second = results(alice)
    assert first["document"]["file_id"] == second["document"]["file_id"]
    calls = [call.method for call in deployed.telegram.calls]
    assert (calls.count("editMessageMedia"), calls.count("sendDocument")) == (1, 1)


async def test_what_a_person_has_chosen_holds_for_the_workers(deployed: Deployed) -> None:
    alice = deployed.telegram.person("Alice")
    await alice.send_text("/start neon_max")
    await alice.wait_for(lambda message: "photo" in message)  # the greeting
    await alice.send_text("/settings")
    menu = await alice.wait_for(lambda message: "@set:form" in str(message))
    await deployed.press(alice, "@set:form", menu)
    await deployed.press(alice, "@set:form:file", alice.messages[-1])
    await alice.send_photo(photo())
    await alice.wait_for(lambda message: str(message.get("text")).startswith("👽"))
    async with deployed.webhook_is_busy:
        pass
    assert await deployed.work() == {"batchItemFailures": []}
    _, result = results(alice)
    assert opened(await alice.download(result)).format == "JPEG"
    assert "document" in result


async def test_people_are_served_by_several_workers(deployed: Deployed) -> None:
    people = [deployed.telegram.person(name) for name in ("Alice", "Bob")]
    for seed, person in enumerate(people):
        await deployed.press(person, "neon:neon", await offered(person, photo(seed)))
    answers = await asyncio.gather(deployed.work(0), deployed.work(1))
    assert list(answers) == [{"batchItemFailures": []}] * 2
    assert [len(results(person)) for person in people] == [1, 1]


async def test_a_picture_takes_the_requests_that_its_costs_are_reckoned_with(
    deployed: Deployed,
) -> None:
    alice = deployed.telegram.person()
    await _one_picture(deployed, alice, seed=1)  # with all that is asked only once
    asked: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        asked[model.name] += 1

    for service in ("sqs", "dynamodb", "s3"):
        clients.client(service).meta.events.register(f"before-call.{service}", count)
    await _one_picture(deployed, alice, seed=2)
    writes = asked["PutItem"] + asked["UpdateItem"] + asked["DeleteItem"]
    messages = asked["SendMessage"] + asked["ReceiveMessage"] + asked["DeleteMessage"]
    messages += asked["ChangeMessageVisibility"]
    assert (messages, writes, asked["GetItem"]) == (MESSAGES, WRITES, READS)
    assert asked.total() == MESSAGES + WRITES + READS


async def _one_picture(deployed: Deployed, person: Person, seed: int) -> None:
    await deployed.press(person, "neon:neon", await offered(person, photo(seed)))
    assert await deployed.work() == {"batchItemFailures": []}


async def test_results_chain_and_pictures_lend_their_light(deployed: Deployed) -> None:
    alice = deployed.telegram.person()
    original = await alice.send_photo(photo())
    offer = await alice.wait_for(has_buttons)

    async def result_of(code: str, message: Json) -> Json:
        await deployed.press(alice, code, message)
        assert await deployed.work() == {"batchItemFailures": []}
        return results(alice)[-1]

    neon = await result_of("neon:neon", offer)
    large = await result_of("+upscale:2", neon)
    assert opened(await alice.download(large)).size == (2 * PHOTO_SIZE[0], 2 * PHOTO_SIZE[1])
    assert is_reply(large, neon)
    both = await result_of("+compare", neon)
    assert opened(await alice.download(both)).size == PHOTO_SIZE
    sheet = await result_of("lights:neon", neon)
    assert is_reply(sheet, original)
    chosen = await result_of("neon:neon:miami", sheet)
    assert is_reply(chosen, original)
    light = await alice.send_photo(jpeg((64, 64), "hotpink"), reply_to=original)
    await alice.wait_until(lambda: has_cancel(alice.messages[-1]))  # its status message
    async with deployed.webhook_is_busy:
        pass
    assert await deployed.work() == {"batchItemFailures": []}
    lent = results(alice)[-1]
    assert is_reply(lent, original)
    assert any(is_reply(message, light) for message in alice.messages)
