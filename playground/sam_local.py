"""Every sample event through the functions that ``sam build`` has built, for real.

The functions run in containers (``sam local invoke``), as AWS would run them. On this machine the
playground plays Telegram and moto plays AWS. What the person would see is printed, and what the
worker made of their photo lies in the output folder.
"""

# ruff: noqa: T201  # a command: it prints

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession
from PIL import Image
from skimage import data as photos

from playground import Person, Playground
from playground.events import Json
from playground.local_aws import CREDENTIALS, REGION, TABLE, WEIGHTS, LocalAws, local_aws
from playground.sam_stage import Host, SamLocalError, SamStage, find_host

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

ROOT: Final = Path(__file__).parents[1]
EVENTS: Final = ROOT / "events"
BUILD: Final = ROOT / ".aws-sam" / "build"
TOKEN: Final = "1234567890:sam-local"  # noqa: S105  # opens nothing but the playground
SECRET: Final = "sample-webhook-secret"  # noqa: S105  # the one in the sample events
BUTTON: Final = "neon:neon"
PATIENCE: Final = 600.0
"""Seconds: every invocation starts a container, and this machine may be busy."""


def sample(name: str, replaced: Mapping[str, str] | None = None) -> Json:
    """Return a sample event, with some of its made-up ids replaced by real ones."""
    text = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
    for made_up, real in (replaced or {}).items():
        text = text.replace(made_up, real)
    event: Json = json.loads(text)
    return event


async def post(
    stage: SamStage, name: str, expected: int, replaced: Mapping[str, str] | None = None
) -> None:
    """Let the webhook handle a sample event, and check the status it answers with.

    Raises:
        SamLocalError: another one.
    """
    answer = await stage.invoke("WebhookFunction", sample(name, replaced))
    _report(f"{name}.json → webhook", str(answer.body["statusCode"]), answer.seconds)
    if answer.body["statusCode"] != expected:
        raise SamLocalError(f"{name}.json: {answer.body}, where {expected} is right")


async def work(stage: SamStage, message: MessageTypeDef) -> None:
    """Let the worker do the job of a message, delivered as in the sample event.

    Raises:
        SamLocalError: it was not done.
    """
    event = sample("job")
    (record,) = event["Records"]
    if json.loads(record["body"]).keys() != json.loads(message["Body"]).keys():
        raise SamLocalError(f"events/job.json is not as jobs are: {message['Body']}")
    record |= {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "md5OfBody": message["MD5OfBody"],
        "attributes": message["Attributes"],
    }
    answer = await stage.invoke("WorkerFunction", event)
    _report("job.json → worker", json.dumps(answer.body), answer.seconds)
    if answer.body != {"batchItemFailures": []}:
        raise SamLocalError(f"job.json: {answer.body}")


async def play(stage: SamStage, telegram: Playground, aws: LocalAws, output: Path) -> None:
    """Invoke every sample event, in the order of a conversation.

    Raises:
        SamLocalError: a function answered otherwise than it should.
        TimeoutError: the bot called Telegram otherwise than it should.
    """
    await post(stage, "rubbish", expected=400)
    await post(stage, "wrong-secret", expected=401)

    ada = telegram.person("Ada", "en")
    await ada.send_text("/start")
    await post(stage, "start", expected=200)
    _say((await ada.wait_for(lambda message: "text" in message))["text"])

    before = Image.fromarray(photos.astronaut())
    buffer = io.BytesIO()
    before.save(buffer, "JPEG", quality=92)
    sent = await ada.send_photo(buffer.getvalue())
    ids = _photo_ids(sent)
    await post(stage, "photo", expected=200, replaced=ids)
    offer = await ada.wait_for(lambda message: "reply_markup" in message)
    _say(offer["text"])

    press = asyncio.create_task(ada.press_for_answer(BUTTON, offer, PATIENCE))
    ids["sample-callback-query"] = await _query_id(telegram)
    await post(stage, "button", expected=200, replaced=ids)
    _say((await press).text or "")

    await work(stage, aws.next_job())
    await _keep(ada, sent, output)


def _photo_ids(message: Json) -> dict[str, str]:
    """Map the sample photo's ids, smallest size first, to those of the photo that was sent."""
    ids = {}
    for number, size in enumerate(message["photo"]):
        ids[f"sample-photo-{number}"] = size["file_id"]
        ids[f"sample-unique-{number}"] = size["file_unique_id"]
    return ids


async def _query_id(telegram: Playground) -> str:
    """Ask the playground, as a polling bot would, for the button that was just pressed."""
    url = f"{telegram.url}/bot{telegram.token}/getUpdates?offset=-1&timeout=10"
    async with ClientSession() as session, session.get(url) as response:
        (update,) = (await response.json())["result"]
    return str(update["callback_query"]["id"])


async def _keep(person: Person, sent: Json, output: Path) -> None:
    """Write the photo and the picture that came back."""
    result = await person.wait_for(
        lambda message: "photo" in message or "document" in message, timeout=PATIENCE
    )
    _say(result.get("caption", ""))
    for name, message in (("photo", sent), ("neon", result)):
        data = await person.download(message)
        picture = Image.open(io.BytesIO(data))
        path = output / f"{name}.{(picture.format or 'jpeg').lower()}"
        path.write_bytes(data)
        print(f"      {path}: {picture.format} {picture.width}×{picture.height}")


def _publish(url: str) -> None:
    """Put the weights into the bucket, as a deployment does."""
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "model_layer", "publish", WEIGHTS],
        env={**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": REGION},
        cwd=ROOT,
        check=True,
    )


def _variables(host: Host, aws: LocalAws, telegram_port: int) -> dict[str, str]:
    """Return the environment in which the functions find the stand-ins."""
    aws_url = f"http://{host.from_containers}:{aws.port}"
    return {
        "AWS_ENDPOINT_URL": aws_url,
        "TELEGRAM_API_URL": f"http://{host.from_containers}:{telegram_port}",
        "BOT_TOKEN_ARN": aws.bot_token_arn,
        "WEBHOOK_SECRET_ARN": aws.webhook_secret_arn,
        "QUEUE_URL": aws.queue_url.replace(host.here, host.from_containers),
        "RESULTS_TABLE": TABLE,
        "WEIGHTS": WEIGHTS,
    }


async def run(sam: Path, output: Path) -> None:
    """Set the stage, play, and tidy up.

    Raises:
        SamLocalError, TimeoutError, LookupError: the bot did not do what it should.
        OSError, subprocess.CalledProcessError: a program is missing, or failed.
    """
    host = find_host()
    telegram = Playground(TOKEN, host.here, callback_lifetime=PATIENCE)
    with local_aws(host.here, TOKEN, SECRET) as aws:
        await asyncio.to_thread(_publish, f"http://{host.here}:{aws.port}")
        async with telegram:
            port = int(telegram.url.rpartition(":")[2])
            stage = SamStage(sam, BUILD, _variables(host, aws, port))
            await play(stage, telegram, aws, output)


def _report(what: str, answer: str, seconds: float) -> None:
    print(f"{what:<28} {answer:<28} {seconds:5.1f} s", flush=True)


def _say(text: str) -> None:
    for line in text.splitlines():
        print(f"      {line}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Invoke every sample event; the exit code is 0 when each was answered as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sam", type=Path, default=Path(".venv-sam/bin/sam"), metavar="PROGRAM")
    parser.add_argument("--output", type=Path, default=Path("out/sam-local"), metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        asyncio.run(run(options.sam.absolute(), options.output))
    except (SamLocalError, TimeoutError, LookupError) as error:
        print(f"sam local failed: {error}", file=sys.stderr)
        return 1
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"sam local cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
