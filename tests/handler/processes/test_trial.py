"""The trial of the models, in a worker's environment and by the hook before a deployment."""

import asyncio
import io
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from handler.aws import clients
from handler.observability import telemetry
from handler.processes import deployment_hook, trial
from handler.processes.lambda_environment import Environment
from handler.services import Services
from handler.settings import Settings
from model_layer import Engine, ModelStore
from playground import Playground
from playground.aws.events import Context, Json
from tests.aws import Aws
from tests.handler.running_bot import TOKEN
from tests.model_layer.conftest import tiny_weights  # noqa: F401  # a fixture
from tests.model_layer.new_weights import write_neon


@pytest.fixture(autouse=True)
def _metrics_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_metrics", None)
    monkeypatch.setattr(telemetry, "configure_logging", lambda *_, **__: None)
    monkeypatch.setattr(deployment_hook, "configure_logging", lambda *_, **__: None)


@pytest.fixture
def weights(tiny_weights: Path, tmp_path: Path) -> Path:  # noqa: F811
    """Tiny weights that may be changed."""
    return Path(shutil.copytree(tiny_weights, tmp_path / "weights"))


def described(weights: Path) -> str:
    store = ModelStore.open(weights)
    return trial.run(store, Engine(store, "cpu"))


def test_the_same_weights_make_the_same(weights: Path) -> None:
    expected = described(weights)
    trial.compare(expected, described(weights))
    assert len(expected) < 2000  # lambda's variables may be four thousand characters long, together


def test_other_weights_are_found_out(weights: Path) -> None:
    expected = described(weights)
    write_neon(weights, 7)
    with pytest.raises(trial.TrialError, match="the weights are"):
        trial.compare(expected, described(weights))


def test_rounding_is_forgiven_and_more_is_not() -> None:
    trial.compare("neon=ab:102030", "neon=ab:10232d")
    with pytest.raises(trial.TrialError, match="a pixel is 4 of 255 off"):
        trial.compare("neon=ab:102030", "neon=ab:102034")


@pytest.mark.parametrize("other", ["", "neon=ab:1020", "upscale:2=ab:102030", "neon=ab:xyz"])
def test_what_cannot_be_compared_is_no_success(other: str) -> None:
    with pytest.raises(trial.TrialError):
        trial.compare("neon=ab:102030", other)


@pytest.fixture
async def worker(telegram: Playground, weights: Path) -> AsyncIterator[Environment]:
    def services() -> Services:
        return Services(
            Settings(
                bot_token=SecretStr(TOKEN),
                telegram_api_url=HttpUrl(telegram.url),
                weights=weights,
                store=":memory:",
                device="cpu",
            ),
            jobs="elsewhere",
        )

    environment = Environment(services)
    yield environment
    await asyncio.to_thread(environment.close)


async def invoke(environment: Environment, event: Json) -> Json:
    return await asyncio.to_thread(environment.handle, event, Context())


async def test_a_worker_tries_its_models(worker: Environment, weights: Path) -> None:
    expected = described(weights)
    assert await invoke(worker, {"trial": expected}) == {"trial": "ok"}
    assert await invoke(worker, {"trial": ""}) == {"trial": "ok"}
    answer = await invoke(worker, {"trial": expected.replace("neon:neon=", "neon:neon=0")})
    assert answer["trial"].startswith("neon:neon: the weights are ")


async def test_a_worker_without_weights_fails(worker: Environment, weights: Path) -> None:
    for file in list(weights.glob("*.safetensors")):  # noqa: ASYNC240
        file.unlink()
    assert "no such file" in (await invoke(worker, {"trial": ""}))["trial"]


async def test_after_a_snapshot_all_is_new_but_the_models(worker: Environment) -> None:
    assert worker._made is None
    await asyncio.to_thread(worker.load_models)
    services, engine = worker._services, worker._engine
    assert worker.works
    assert engine is not None
    await asyncio.to_thread(worker.renew)
    assert worker._services is not services
    assert worker._engine is engine
    assert services.bot.session is not worker._services.bot.session


async def test_after_a_snapshot_secrets_are_read_again_by_new_clients(
    weights: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = clients.client("secretsmanager")
    arn = secrets.create_secret(Name="token", SecretString=TOKEN)["ARN"]
    monkeypatch.setenv("BOT_TOKEN_ARN", arn)
    monkeypatch.setenv("QUEUE_URL", aws.fifo_queue().url)
    monkeypatch.setenv("RESULTS_TABLE", aws.table())
    monkeypatch.setenv("WEIGHTS", str(weights))
    environment = Environment()
    await asyncio.to_thread(environment.prepare)
    secrets.put_secret_value(SecretId=arn, SecretString="1:of-after-the-restore")
    await asyncio.to_thread(environment.renew)
    assert environment._services.bot.token == "1:of-after-the-restore"
    assert clients.client("secretsmanager") is not secrets
    await asyncio.to_thread(environment.close)


class Functions:
    """Plays AWS Lambda and CodeDeploy: versions that answer, and what they are told."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Json]] = []
        self.statuses: list[Json] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> Json:  # noqa: N803  # boto3's names
        self.asked.append((FunctionName, json.loads(Payload)))
        answer = self.answers[FunctionName]
        if isinstance(answer, Exception):
            error = json.dumps({"errorMessage": str(answer)}).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(error)}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def put_lifecycle_event_hook_execution_status(self, **told: Any) -> None:
        self.statuses.append(told)


WELL = {"webhook": {"statusCode": 200, "body": "{}"}, "worker": {"trial": "ok"}}


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (WELL, "Succeeded"),
        (WELL | {"worker": {"trial": "neon: a pixel is 90 of 255 off"}}, "Failed"),
        (WELL | {"worker": RuntimeError("out of memory")}, "Failed"),
        (WELL | {"webhook": {"statusCode": 503, "body": "weights missing"}}, "Failed"),
        (WELL | {"worker": None}, "Failed"),
    ],
)
def test_the_hook_takes_only_versions_that_are_well(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], status: str
) -> None:
    functions = Functions(answers)
    monkeypatch.setattr(clients, "client", lambda _: functions)
    for name, value in (("NEW_WEBHOOK", "webhook"), ("NEW_WORKER", "worker"), ("TRIAL", "x=y")):
        monkeypatch.setenv(name, value)
    event = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
    assert deployment_hook.handler(event, None) == {"status": status}
    assert functions.statuses == [
        {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "e-1", "status": status}
    ]
    if status == "Succeeded":
        assert functions.asked[1] == ("worker", {"trial": "x=y"})
