"""The web application: the bot's endpoints behind aiohttp's server."""

from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from handler.endpoints import Endpoints
from handler.jobs.engine import EngineFactory
from handler.observability import telemetry
from handler.services import Services
from handler.settings import Settings
from handler.webhook import MAX_BODY, SECRET_HEADER

ANSWER_SECONDS: Final = 55.0
"""Longest time for an answer: Telegram waits 60 and then repeats the update."""


def create_app(
    settings: Settings,
    engine_factory: EngineFactory | None = None,
    services: Services | None = None,
) -> web.Application:
    """Return the application; its start and cleanup are those of the services.

    Args:
        settings: the bot's settings; the webhook's secret is required.
        engine_factory: makes the engine when the first job needs it; by default the real one.
        services: the bot, where it is not the usual one on one machine.

    Raises:
        MissingSettingError: no secret.
    """
    bot = services or Services(settings, engine_factory=engine_factory)
    endpoints = Endpoints(bot)

    async def answer(request: web.Request) -> web.Response:
        secret = request.headers.get(SECRET_HEADER, "")
        # Nobody but Telegram gets a body read; what is too large raises a 413.
        body = await request.read() if endpoints.webhook.is_telegram(secret) else b""
        answer = await endpoints.answer(
            request.method, request.path, secret=secret, body=body, seconds=ANSWER_SECONDS
        )
        telemetry.flush()
        return web.Response(status=answer.status, text=answer.text, headers=answer.headers)

    async def run_services(_: web.Application) -> AsyncIterator[None]:
        async with bot:
            yield

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_route("*", "/{path:.*}", answer)
    app.cleanup_ctx.append(run_services)
    return app
