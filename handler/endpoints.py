"""POST /telegram/webhook and GET /health, whatever server or function takes the requests."""

import asyncio
import json
import logging
from typing import Final

from handler.observability import telemetry
from handler.observability.health import health
from handler.services import Services
from handler.webhook import Answer, Webhook

WEBHOOK_PATH: Final = "/telegram/webhook"
HEALTH_PATH: Final = "/health"
METHODS: Final = {WEBHOOK_PATH: ("POST",), HEALTH_PATH: ("GET", "HEAD")}

logger = logging.getLogger(__name__)


class Endpoints:
    """Routes requests.

    Args:
        services: the bot; the webhook's secret is required.

    Raises:
        MissingSettingError: no secret.
    """

    def __init__(self, services: Services) -> None:
        secret = services.settings.required_webhook_secret()
        self._services = services
        self.webhook = Webhook(services.dispatcher, services.bot, secret)

    async def answer(
        self, method: str, path: str, *, secret: str, body: bytes, seconds: float
    ) -> Answer:
        """Answer a request.

        Args:
            method: of HTTP.
            path: without the query.
            secret: value of the header that Telegram sends along; empty without one.
            body: of the request.
            seconds: after which the work is interrupted, has released what it claimed, and the
                status is 503.
        """
        if path not in METHODS:
            return Answer(404, "Not found")
        if method not in METHODS[path]:
            return Answer(405, headers={"Allow": ", ".join(METHODS[path])})
        try:
            async with asyncio.timeout(seconds) as limit:
                if path == HEALTH_PATH:
                    return await self._health()
                return await self.webhook.answer(secret, body)
        except TimeoutError:
            if not limit.expired():
                raise
            telemetry.failure("out-of-time")
            logger.warning("%s is interrupted: the time is up", path)
            return Answer(503, "Out of time")

    async def _health(self) -> Answer:
        report = await health(self._services.store, await self._services.waiting())
        status = 200 if report["status"] == "ok" else 503
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return Answer(status, json.dumps(report), headers)
