"""SnapStart, as far as it shows without AWS: awslambdaric before and after a restore."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from handler.aws import clients
from handler.webhook import SECRET_HEADER
from playground.aws.emulator import HANDLER
from playground.aws.events import Json, http_event
from tests.aws import Aws
from tests.deployment.cloudformation import ROOT
from tests.handler.running_bot import TOKEN
from tests.model_layer.conftest import tiny_weights  # noqa: F401  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

API = "/2018-06-01/runtime"


class Runtime:
    """Plays Lambda's Runtime API: a snapshot is taken, a restore follows, and an event."""

    def __init__(self, event: Json) -> None:
        self._event = event
        self.initialised = asyncio.Event()
        self.restore = asyncio.Event()
        self.answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get(f"{API}/restore/next", self._restore)
        app.router.add_get(f"{API}/invocation/next", self._next)
        app.router.add_post(f"{API}/invocation/one/response", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    async def _restore(self, _: web.Request) -> web.Response:
        self.initialised.set()  # here AWS takes the snapshot
        await self.restore.wait()
        return web.Response()

    async def _next(self, _: web.Request) -> web.Response:
        if self.answer.done():
            await asyncio.sleep(60)
        headers = {"Lambda-Runtime-Aws-Request-Id": "one", "Lambda-Runtime-Deadline-Ms": "9" * 13}
        return web.Response(text=json.dumps(self._event), headers=headers)

    async def _take(self, request: web.Request) -> web.Response:
        self.answer.set_result(await request.json())
        return web.Response(status=202)


async def test_secrets_of_after_the_restore_count(
    tiny_weights: Path,  # noqa: F811
    aws: Aws,
) -> None:
    secrets = clients.client("secretsmanager")
    arn = secrets.create_secret(Name="webhook", SecretString="of-the-snapshot")["ARN"]
    rubbish = http_event(
        "POST", "/telegram/webhook", body=b"{", headers={SECRET_HEADER: "of-after-it"}
    )
    runtime = Runtime(rubbish)
    async with runtime.serve() as address:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "awslambdaric", HANDLER),
            cwd=ROOT,
            env={
                **os.environ,
                "AWS_LAMBDA_RUNTIME_API": address,
                "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
                "BOT_TOKEN_ARN": secrets.create_secret(Name="token", SecretString=TOKEN)["ARN"],
                "WEBHOOK_SECRET_ARN": arn,
                "QUEUE_URL": aws.fifo_queue().url,
                "RESULTS_TABLE": aws.table(),
                "WEIGHTS": str(tiny_weights),
            },
        )
        try:
            async with asyncio.timeout(120):
                await runtime.initialised.wait()
                secrets.put_secret_value(SecretId=arn, SecretString="of-after-it")
                runtime.restore.set()
                answer = await runtime.answer
        finally:
            process.kill()
            await process.wait()
    assert answer["statusCode"] == 400  # no longer 401: the secret is right, what is said is not
