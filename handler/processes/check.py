"""Looks after the bot while nobody uses it: a scheduled check of all that an update needs.

What is found is counted as the metric ``Problems``, 0 when all is well. A check that does not come
is missed by the alarm in the same way as one that finds something.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiogram.types import WebhookInfo

from handler.aws import clients as aws
from handler.observability import telemetry
from handler.services import Services
from model_layer import ModelStore, offered_effects

KEY: Final = "check"
"""Of the event that asks for a check: ``{"check": {"url": "https://…", "seconds": 900}}``."""
MANY_PENDING: Final = 20
"""Updates that wait at Telegram. A few always may, while some are refused and come again."""
BY_DESIGN: Final = ("429", "503")
"""Statuses that only mean "later"; what never gets through waits, and is seen by its number."""

logger = logging.getLogger(__name__)


async def check(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """Find out what is wrong, log and count it.

    Args:
        services: the bot.
        event: see :data:`KEY`; ``seconds`` is the time between two checks.

    Returns:
        The problems, a line each.
    """
    wanted = event[KEY]
    since = datetime.now(UTC) - timedelta(seconds=float(wanted.get("seconds", 900)))
    found = await asyncio.gather(
        _webhook(services, str(wanted.get("url", "")), since),
        _weights(services),
        _memory(services),
        _queue(services),
    )
    problems = [problem for part in found for problem in part]
    for problem in problems:
        logger.error("check: %s", problem)
    telemetry.count("Problems", len(problems))
    return {"problems": problems}


async def _webhook(services: Services, url: str, since: datetime) -> list[str]:
    try:
        return webhook_problems(await services.bot.get_webhook_info(), url, since)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is a problem
        return [f"Telegram cannot be asked: {error}"]


def webhook_problems(info: WebhookInfo, url: str, since: datetime) -> list[str]:
    """Say what is wrong with a webhook, a line each.

    Args:
        info: what Telegram knows.
        url: where updates are to go.
        since: errors before that do not count.
    """
    found = []
    if info.url != url:
        found.append(f"Telegram sends updates to {info.url or 'nobody'}, not to {url}")
    if info.pending_update_count > MANY_PENDING:
        found.append(f"{info.pending_update_count} updates wait at Telegram")
    message = info.last_error_message or ""
    is_new = info.last_error_date is not None and info.last_error_date >= since
    if is_new and not any(status in message for status in BY_DESIGN):
        found.append(f"Telegram could not deliver an update: {message}")
    return found


async def _weights(services: Services) -> list[str]:
    try:
        missing = await asyncio.to_thread(_missing_files, services.store)
    except Exception as error:  # noqa: BLE001
        return [f"the weights cannot be looked for: {error}"]
    return [f"weights are missing: {', '.join(missing)}"] if missing else []


def _missing_files(store: ModelStore) -> list[str]:
    """Look for the files themselves: who works believes the manifest until it needs them."""
    files = {store.model(effect).file for effect in offered_effects()}
    return sorted(file for file in files if not store.source.has(file))


async def _memory(services: Services) -> list[str]:
    try:
        await services.results.is_complete("check")
    except Exception as error:  # noqa: BLE001
        return [f"results and claims cannot be read: {error}"]
    return []


async def _queue(services: Services) -> list[str]:
    url = services.settings.queue_url
    if not url:
        return []
    try:
        ask = aws.client("sqs").get_queue_attributes
        await asyncio.to_thread(ask, QueueUrl=url, AttributeNames=["QueueArn"])
    except Exception as error:  # noqa: BLE001
        return [f"jobs cannot be queued: {error}"]
    return []
