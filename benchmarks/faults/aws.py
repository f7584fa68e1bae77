"""What goes wrong between the bot and AWS: a proxy before a stand-in, decided by a seed."""

import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import ClientError, ClientSession, web

from benchmarks.faults.evidence import AwsFault

THROTTLED = {
    "DynamoDB": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "AmazonSQS": "com.amazonaws.sqs#ThrottlingException",
}


class FaultyAws:
    """Hands requests to a stand-in for AWS, and spoils some of them.

    Args:
        port: of the stand-in.
        seed: of the chances; the n-th call of an operation always fares the same.
        share: of the calls that fail, 0 to 1.
    """

    def __init__(self, port: int, seed: int, share: float) -> None:
        self._target = f"http://127.0.0.1:{port}"
        self._seed = seed
        self._share = share
        self._calls: Counter[str] = Counter()
        self.injected: list[AwsFault] = []
        self.kept: set[str] = set()
        """Ids of the jobs that were taken into the queue."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Serve on this machine; yields the address."""
        async with ClientSession() as self._session:
            app = web.Application(client_max_size=2**24)
            app.router.add_route("*", "/{path:.*}", self._answer)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            try:
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        service, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        service = service.partition("_")[0]
        body = await request.read()
        kind = self._decide(operation)
        if kind:
            fault = AwsFault(operation, kind, time.monotonic(), _subject(operation, body))
            self.injected.append(fault)
        if kind == "throttled":
            error = {"__type": THROTTLED.get(service, "ThrottlingException"), "message": "Rate"}
            return web.json_response(error, status=400)
        if kind == "500":
            return web.json_response({"__type": "InternalServerError"}, status=500)
        if kind != "reset":
            with suppress(ClientError):  # the stand-in closes idle connections: one more reset
                answer = await self._handed_on(request, operation, body)
                if kind != "answer lost":
                    return answer
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _decide(self, operation: str) -> str | None:
        self._calls[operation] += 1
        chance = random.Random(f"{self._seed} {operation} {self._calls[operation]}")  # noqa: S311
        # Throttling comes in bursts that outlast a client's own repetitions.
        if 30 <= self._calls[operation] % 60 < 30 + 10 * min(1.0, 10 * self._share):
            return "throttled"
        if chance.random() < self._share:
            return chance.choice(["throttled", "500", "reset", "answer lost"])
        return None

    async def _handed_on(self, request: web.Request, operation: str, body: bytes) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
        async with self._session.request(
            request.method, self._target + request.path_qs, data=body, headers=headers
        ) as answer:
            content = await answer.read()
            if operation == "SendMessage" and answer.status == 200:
                self.kept.add(json.loads(body)["MessageDeduplicationId"])
            kind = answer.headers.get("Content-Type", "application/x-amz-json-1.0")
            return web.Response(status=answer.status, body=content, headers={"Content-Type": kind})


def _subject(operation: str, body: bytes) -> str:
    """Name what a call is about: a key of the table; else the operation says enough."""
    if not operation.endswith("Item"):
        return ""
    request = json.loads(body)
    return str((request.get("Key") or request.get("Item") or {}).get("pk", {}).get("S", ""))
