"""Both functions under the emulator, with a local Telegram and a local AWS around them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from handler.endpoints import WEBHOOK_PATH
from playground import Person, Playground
from playground.aws.emulator import Emulator, emulator
from playground.aws.events import Function, Json, http_api, sqs_event
from playground.aws.local_aws import CREDENTIALS, REGION, TABLE, WEIGHTS, LocalAws, local_aws

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

HOST = "127.0.0.1"
TOKEN = "123456789:AAE-of_the_emulated-bot"  # noqa: S105  # opens nothing but the playground
SECRET = "emulated-webhook-secret"  # noqa: S105


@dataclass
class Emulated:
    """Both functions, and the world around them."""

    telegram: Playground
    webhook: Emulator
    worker: Emulator
    aws: LocalAws

    async def job(self, person: Person, offer: Json, effect: str) -> "MessageTypeDef":
        """Press a button; returns the message that the webhook put into the queue."""
        await person.press(effect, offer)
        async with asyncio.timeout(10):
            while True:  # a queue may take a moment to show what was put into it
                with suppress(LookupError):
                    return await asyncio.to_thread(self.aws.next_job)

    async def work(self, message: "MessageTypeDef") -> Json:
        """Give the worker a message as the queue does, and delete it when it is done."""
        answer = await asyncio.to_thread(self.worker.invoke, sqs_event(message))
        if answer == {"batchItemFailures": []}:
            sqs = _session().client("sqs", endpoint_url=f"http://{HOST}:{self.aws.port}")
            sqs.delete_message(QueueUrl=self.aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return answer


@asynccontextmanager
async def emulated(
    weights: Path, folder: Path, start: str = "on-demand"
) -> AsyncIterator[Emulated]:
    """Run everything; the functions themselves start with their first event.

    Args:
        weights: folder of models, published to S3.
        folder: an empty one, for logs and the models' cache.
        start: how the worker is started, as AWS_LAMBDA_INITIALIZATION_TYPE says.

    Raises:
        NoEmulatorError: there is no emulator.
    """
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Playground(token=TOKEN))
        aws = stack.enter_context(local_aws(HOST, TOKEN, SECRET))
        aws.publish(weights)
        environment = {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": f"http://{HOST}:{aws.port}",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "BOT_TOKEN_ARN": aws.bot_token_arn,
            "MODEL_CACHE": str(folder / "models"),
            "QUEUE_URL": aws.queue_url,
            "RESULTS_TABLE": TABLE,
            "TELEGRAM_API_URL": telegram.url,
            "WEIGHTS": WEIGHTS,
        }
        own = {"WEBHOOK_SECRET_ARN": aws.webhook_secret_arn, "POWERTOOLS_SERVICE_NAME": "webhook"}
        webhook = stack.enter_context(emulator(folder / "webhook.log", environment | own))
        own = {"POWERTOOLS_SERVICE_NAME": "worker", "AWS_LAMBDA_INITIALIZATION_TYPE": start}
        worker = stack.enter_context(emulator(folder / "worker.log", environment | own, 300))
        url = await stack.enter_async_context(http_api(_function(webhook)))
        session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
        async with Bot(TOKEN, session) as bot:
            await bot.set_webhook(url + WEBHOOK_PATH, secret_token=SECRET)
        yield Emulated(telegram, webhook, worker, aws)


def _function(webhook: Emulator) -> Function:
    async def invoke(event: Json) -> Json:
        return await asyncio.to_thread(webhook.invoke, event)

    return invoke


def _session() -> boto3.Session:
    return boto3.Session(
        CREDENTIALS["AWS_ACCESS_KEY_ID"],
        CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
