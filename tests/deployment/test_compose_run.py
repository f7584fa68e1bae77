"""The compose files, run as they are: a photo goes in, a picture comes out."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground import Person, Playground
from playground.aws.emulator import free_port
from playground.aws.local_aws import CREDENTIALS, REGION, TABLE, LocalAws, local_aws
from playground.aws.stand_ins import find_host
from tests.deployment.cloudformation import ROOT
from tests.handler.running_bot import SECRET, TOKEN, has_buttons, is_reply, jpeg, opened, results
from tests.playground.waiting import until

pytestmark = [pytest.mark.container, pytest.mark.timeout(900)]


class Compose:
    """`docker compose`, with a project and a `.env` of its own."""

    def __init__(self, folder: Path, *files: Path) -> None:
        self.folder = folder
        self._command = ["docker", "compose", "--project-directory", str(folder)]
        self._command += ["--project-name", f"neon-test-{os.getpid()}"]
        self._command += [word for file in files for word in ("--file", str(file))]

    def __call__(self, *arguments: str) -> str:
        done = run(*self._command, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    async def do(self, *arguments: str) -> str:
        return await asyncio.to_thread(self, *arguments)


@pytest.fixture(scope="module", autouse=True)
def _image() -> None:
    if run("docker", "compose", "version").returncode:
        pytest.skip("there is no docker compose")
    assert run("make", "image").returncode == 0


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def port() -> int:
    return free_port()


@asynccontextmanager
async def telegram_for(folder: Path, port: int) -> AsyncIterator[Playground]:
    """Run a local Telegram, and write the file of settings that leads there."""
    async with Playground(TOKEN, find_host()) as telegram:
        settings = {
            "BOT_TOKEN": TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_API_URL": telegram.url,
            "PORT": str(port),
        }
        lines = [f"{name}={value}" for name, value in settings.items()]
        (folder / ".env").write_text("\n".join(lines))
        yield telegram


@pytest.fixture
def one_machine(tmp_path: Path) -> Iterator[Compose]:
    compose = Compose(tmp_path, ROOT / "compose.yaml")
    yield compose
    compose("down", "--volumes", "--timeout", "20")


async def neon(person: Person) -> tuple[int, int]:
    """Send a photo, press the button, and return the size of what comes."""
    before = len(results(person))
    photo = await person.send_photo(jpeg((160, 120)))
    offer = await person.wait_for(lambda said: has_buttons(said) and is_reply(said, photo), 60)
    await person.press("neon:neon", offer)
    await person.wait_until(lambda: len(results(person)) > before, 180)
    return opened(await person.download(results(person)[-1])).size


async def test_one_machine(one_machine: Compose, tmp_path: Path, port: int) -> None:
    async with telegram_for(tmp_path, port) as telegram:
        await one_machine.do("up", "--detach", "--wait")
        said = await one_machine.do("run", "--rm", "bot", "webhook", "set")
        assert f"Telegram sends updates to http://127.0.0.1:{port}/telegram/webhook" in said
        ada = telegram.person("Ada")
        assert await neon(ada) == (160, 120)
        # An upgrade: another container with the same volume.
        await one_machine.do("up", "--detach", "--wait", "--force-recreate")
        assert await neon(ada) == (160, 120)
        assert "Traceback" not in await one_machine.do("logs")


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Compose]:
    override = tmp_path / "override.yaml"
    compose = Compose(tmp_path, ROOT / "compose.scale.yaml", override)
    yield compose
    compose("down", "--volumes", "--timeout", "60")


def nothing_is_left(aws: LocalAws) -> bool:
    return not aws.jobs_left()


async def test_several_workers(many: Compose, tmp_path: Path, port: int) -> None:
    """With moto in the place of ElasticMQ and DynamoDB Local, which are images of others."""
    host = find_host()
    with local_aws(host, TOKEN, SECRET) as aws:
        endpoint = f"http://{host}:{aws.port}"
        environment = {
            **CREDENTIALS,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_SQS": endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
            "QUEUE_URL": aws.queue_url,
            "RESULTS_TABLE": TABLE,
        }
        services = "".join(
            f"  {name}:\n    depends_on: !reset {{}}\n    environment: {json.dumps(environment)}\n"
            for name in ("webhook", "worker")
        )
        (tmp_path / "override.yaml").write_text("services:\n" + services)
        async with telegram_for(tmp_path, port) as telegram:
            await many.do("up", "--detach", "--scale", "worker=2", "webhook", "worker")
            await many.do("run", "--rm", "webhook", "webhook", "set")
            people = [telegram.person(name) for name in ("Ada", "Grace")]
            assert await asyncio.gather(*map(neon, people)) == [(160, 120)] * 2
            assert "Traceback" not in await many.do("logs")
            await until(lambda: asyncio.to_thread(nothing_is_left, aws), 30)
