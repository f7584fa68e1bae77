"""The functions under awslambdaric and Lambda's own emulator: from the photo to the picture."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.aws.emulator import NoEmulatorError, find_emulator
from playground.aws.events import http_event
from playground.aws.functions import SECRET, TOKEN, Emulated, emulated
from tests.aws import Aws, json_lines
from tests.handler.running_bot import has_buttons, jpeg, opened, results
from tests.model_layer.conftest import tiny_weights  # noqa: F401  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", autouse=True)
def _emulator_is_here() -> None:
    try:
        find_emulator()
    except NoEmulatorError as error:
        pytest.skip(str(error))


@pytest.fixture
async def bot(
    tiny_weights: Path,  # noqa: F811
    tmp_path: Path,
    aws: Aws,  # empties what the local AWS has in common with it
) -> AsyncIterator[Emulated]:
    async with emulated(tiny_weights, tmp_path) as running:
        yield running


async def test_from_photo_to_neon_picture(bot: Emulated) -> None:
    alice = bot.telegram.person("Alice Liddell")
    await alice.send_photo(jpeg((96, 64)))
    offer = await alice.wait_for(has_buttons, 60)
    message = await bot.job(alice, offer, "neon:neon")
    assert await bot.work(message) == {"batchItemFailures": []}
    (result,) = results(alice)
    assert opened(await alice.download(result)).size == (96, 64)
    # The webhook has never touched torch; the worker has.
    assert not [path for path in bot.webhook.mapped_files if "torch" in path.name]
    assert [path for path in bot.worker.mapped_files if "torch" in path.name]
    _look_into_logs(bot)


def _look_into_logs(bot: Emulated) -> None:
    for function in (bot.webhook, bot.worker):
        for private in (TOKEN, TOKEN.partition(":")[2], SECRET, "Alice", "Liddell"):
            assert private not in function.log
        assert "Traceback" not in function.log
    lines = json_lines(bot.worker.log)
    metrics = {name: line[name] for line in lines if "_aws" in line for name in line}
    assert metrics["Jobs"] == [1.0]
    assert metrics["ColdStarts"] == [1.0]
    assert metrics["service"] == "worker"
    assert metrics["JobSeconds"][0] > metrics["EffectSeconds"][0] > 0
    (update, *_) = [line for line in json_lines(bot.webhook.log) if "update" in line]
    assert {"level", "message", "timestamp", "request", "chat"} <= update.keys()


async def test_what_is_no_update_is_refused(bot: Emulated) -> None:
    for headers, body, status in (
        ({}, b"{}", 401),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, b"\xff\xfe", 400),
    ):
        event = http_event("POST", "/telegram/webhook", body=body, headers=headers)
        assert bot.webhook.invoke(event)["statusCode"] == status
    assert bot.webhook.invoke({"hello": "world"})["statusCode"] == 400
