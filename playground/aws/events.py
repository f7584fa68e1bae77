"""Events as AWS makes them, and their makers: an HTTP API, and a queue's event source."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handler.aws import clients as aws

Json = dict[str, Any]
Function = Callable[[Json], Awaitable[Json]]


@dataclass
class Context:
    """What a function is told about an invocation."""

    milliseconds: int = 60_000
    aws_request_id: str = "0a1b2c3d-request"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that the function has, as if none had passed."""
        return self.milliseconds


def http_event(
    method: str = "GET",
    path: str = "/health",
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    query: str = "",
    stage: str = "$default",
) -> Json:
    """Return an event of an HTTP API: payload 2.0, bodies that are no text in base64."""
    event: Json = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1"},
            "stage": stage,
        },
        "isBase64Encoded": False,
    }
    if body:
        try:
            event["body"] = body.decode()
        except UnicodeDecodeError:
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return event


def sqs_event(*messages: Mapping[str, Any]) -> Json:
    """Return an event of a queue, from messages as ``receive_message`` returns them."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:jobs.fifo",
                "awsRegion": "eu-central-1",
            }
            for message in messages
        ]
    }


async def deliver_next(queue_url: str, function: Function) -> Json | None:
    """Deliver one message as a queue's event source does; None when none waits.

    Returns:
        The function's answer; the message is deleted unless the answer hands it back.
    """
    sqs = aws.client("sqs")
    received = sqs.receive_message(QueueUrl=queue_url, MessageSystemAttributeNames=["All"])
    messages = received.get("Messages", [])
    if not messages:
        return None
    answer = await function(sqs_event(*messages))
    failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
    for message in messages:
        if message["MessageId"] not in failed:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return answer


@asynccontextmanager
async def http_api(function: Function) -> AsyncIterator[str]:
    """Serve a function as an HTTP API does, from one environment; yields the address."""
    one_at_a_time = asyncio.Lock()

    async def serve(request: web.Request) -> web.Response:
        event = http_event(
            request.method,
            request.path,
            body=await request.read(),
            headers=request.headers,
            query=request.query_string,
        )
        async with one_at_a_time:
            answer = await function(event)
        body = answer.get("body", "")
        return web.Response(
            status=answer["statusCode"],
            headers=answer.get("headers"),
            body=base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await runner.cleanup()
